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

# -- Locks that are left behind: by a file on this machine, and by a server, as shared states are kept
mkdir locks && cd locks
resource() {
    printf 'resource "terraform_data" "slow" {\n  provisioner "local-exec" { command = "touch begun; sleep 4" }\n}\n'
}
begin() {
    rm -f begun
    terraform apply -no-color -auto-approve >apply.log 2>&1 &
    pid=$!
    until [[ -e begun ]]; do sleep 0.1; done
}
plan() {
    terraform plan -no-color "$@" >plan.log 2>&1 && status=0 || status=$?
    echo "  $(echo plan "$@"): ends with $status: $(grep -m1 'Error\|Plan:' plan.log || true)"
}
kill_holder() {
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
}

echo "the lock of a state in a file:"
resource >main.tf
terraform init -no-color >/dev/null
begin
plan -lock-timeout=1s
kill_holder
echo "  after kill -9 of the holder, with $(ls .terraform.tfstate.lock.info 2>/dev/null || echo no lock file) still there:"
plan
begin
kill -STOP "$pid"
id=$(sed -n 's/.*"ID":"\([^"]*\)".*/\1/p' .terraform.tfstate.lock.info)
echo "  with the holder suspended:"
plan -lock-timeout=1s
terraform force-unlock -no-color -force "$id" >unlock.log 2>&1 && status=0 || status=$?
echo "  force-unlock with its id: ends with $status: $(head -n 1 unlock.log)"
kill -CONT "$pid"
kill_holder

echo "the lock of a state on a server:"
cat >server.py <<'END'
import http.server
state, lock = None, None
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body=b""):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do(self):
        global state, lock
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.command == "LOCK":
            if lock:
                return self.answer(423, lock)
            lock = body
        elif self.command == "UNLOCK":
            lock = None
        elif self.command == "POST":
            state = body
        elif not state:
            return self.answer(204)
        self.answer(200, state if self.command == "GET" else b"")
    do_GET = do_POST = do_LOCK = do_UNLOCK = do
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END
coproc SERVER { exec python3 server.py; }
read -r port <&"${SERVER[0]}"
trap 'kill "$SERVER_PID" 2>/dev/null; rm -rf "$work"' EXIT
url=http://127.0.0.1:$port
rm -rf .terraform terraform.tfstate* .terraform.tfstate.lock.info
{
    printf 'terraform {\n  backend "http" {\n    address = "%s"\n    lock_address = "%s"\n    unlock_address = "%s"\n  }\n}\n' \
        "$url" "$url" "$url"
    resource
} >main.tf
terraform init -no-color -reconfigure >/dev/null
begin
kill_holder
sleep 5
echo "  after kill -9 of the holder:"
plan
plan -lock-timeout=5s
id=$(sed -n 's/^ *ID: *//p' plan.log | head -n 1)
terraform force-unlock -no-color -force "$id" >unlock.log 2>&1 && status=0 || status=$?
echo "  force-unlock with its id: ends with $status"
plan
