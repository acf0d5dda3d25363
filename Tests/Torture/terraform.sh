#!/usr/bin/env bash
# The same faults as torture.py, done to Terraform: what docs/guarantees.md says of it is what this prints. Needs
# `terraform`; no provider but the one that is built in, and no network.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null TF_IN_AUTOMATION=1
canary=canary-5d41402abc4b2a76b9719d911017c592
cat >main.tf <<END
variable "password" {
  default   = "$canary"
  sensitive = true
}
resource "terraform_data" "first" {
  input = var.password
  provisioner "local-exec" { command = "echo first >>effects" }
}
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "echo second >>effects; sleep 3; echo end >>effects" }
}
END
terraform version | head -n 1
terraform init -no-color >/dev/null
terraform plan -no-color -out=a.plan >/dev/null
cp a.plan again.plan
terraform plan -no-color -out=b.plan >/dev/null

terraform apply -no-color a.plan >apply.log 2>&1 &
pid=$!
until grep -q second effects 2>/dev/null; do sleep 0.1; done
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
until grep -q end effects; do sleep 0.1; done
echo "kill -9 in mid-apply: the state knows $(grep -c '"type": "terraform_data"' terraform.tfstate || true) of 2 things that were made"
terraform apply -no-color -auto-approve >apply.log 2>&1 && status=0 || status=$?
echo "  the next apply ends with $status, and made 'second' $(grep -c second effects) times"

terraform apply -no-color -lock-timeout=0s b.plan >apply.log 2>&1 && status=0 || status=$?
echo "the second of two plans from one base: ends with $status: $(grep -m1 Error apply.log | sed 's,[^A-Za-z]*Error,Error,' || true)"

terraform show -no-color again.plan >shown 2>&1 || true
echo "the secret: $(grep -c "$canary" terraform.tfstate || true) times in the state (mode $(stat -c %a terraform.tfstate)), $(unzip -p a.plan | grep -ac "$canary" || true) times in the plan (mode $(stat -c %a a.plan))"

rm -f terraform.tfstate* effects
terraform apply -no-color again.plan >apply.log 2>&1
rm -f terraform.tfstate*
terraform apply -no-color again.plan >apply.log 2>&1 && status=0 || status=$?
echo "one plan applied twice, on states that hold nothing: ends with $status, made 'first' $(grep -c first effects) times"

printf 'garbage' >terraform.tfstate
terraform plan -no-color >apply.log 2>&1 && status=0 || status=$?
echo "a damaged state: plan ends with $status: $(grep -m1 Error apply.log || true)"
: >terraform.tfstate
terraform plan -no-color >apply.log 2>&1 && status=0 || status=$?
echo "an empty state file: plan ends with $status: $(grep -m1 Plan: apply.log || true)"
