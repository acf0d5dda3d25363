"""As Kubernetes tools read it: a Deployment for each service."""

from pathlib import Path

from .system import Service, System


def k8s_deployment(s: Service) -> str:
    env = "".join(f'            - {{name: {k}, value: "{v}"}}\n' for k, v in s.environment)
    depends = f'    orchplan.dev/depends-on: "{",".join(s.depends_on)}"\n'
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {s.name}
  labels: {{app: {s.name}, team: {s.team}}}
  annotations:
    orchplan.dev/networks: "{",".join(s.networks)}"
{depends}\
spec:
  replicas: {s.replicas}
  selector:
    matchLabels: {{app: {s.name}}}
  strategy:
    type: RollingUpdate
    rollingUpdate: {{maxSurge: 2, maxUnavailable: 0}}
  template:
    metadata:
      labels: {{app: {s.name}}}
    spec:
      containers:
        - name: main
          image: {s.image}
          command: ["/bin/server", "--listen", "0.0.0.0:{s.target_port}"]
          env:
{env}\
          ports:
            - {{containerPort: {s.target_port}, protocol: TCP}}
          livenessProbe:
            httpGet: {{path: /healthz, port: {s.target_port}}}
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          resources:
            limits: {{cpu: "{s.cpus}", memory: {s.memory_mib}Mi}}
          volumeMounts:
            - {{name: data, mountPath: /var/lib/data}}
            - {{name: token, mountPath: /run/secrets/token}}
      volumes:
        - name: data
          persistentVolumeClaim: {{claimName: {s.volume}}}
        - name: token
          secret: {{secretName: {s.secret}}}
"""


def write_k8s(system: System, out: Path) -> None:
    (out / "files").mkdir(parents=True)
    with (out / "all.yaml").open("w") as stream:
        for s in system.services:
            text = k8s_deployment(s)
            (out / "files" / f"{s.name}.yaml").write_text(text)
            stream.write("---\n" + text)
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
    (out / "kustomization.yaml").write_text(head + "  - all.yaml\n")
    (out / "files" / "kustomization.yaml").write_text(
        head + "".join(f"  - {s.name}.yaml\n" for s in system.services))
