"""What several formats have in common."""

from pathlib import Path


def flow(items) -> str:
    return "[" + ", ".join(items) + "]"


def write_secret_file(out: Path) -> None:
    (out / "secrets").mkdir(parents=True, exist_ok=True)
    token = out / "secrets" / "token.txt"
    token.write_text("not-a-secret\n")
    token.chmod(0o600)  # a secret that others can read is a finding for each of its users
