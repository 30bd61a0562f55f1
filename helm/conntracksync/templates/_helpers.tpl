{{/* There is one installation in a cluster: names are fixed, as in the roles and in the operator's Lease. */}}

{{/* Labels by which pods are found; they never change. $: (dict "root" . "part" "operator") */}}
{{- define "conntracksync.selector" -}}
app.kubernetes.io/name: conntracksync
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{/* Labels of an object of a part. $: (dict "root" . "part" "operator") */}}
{{- define "conntracksync.labels" -}}
{{ include "conntracksync.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: conntracksync
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* An image: by its digest if there is one, else by its tag. $: (dict "root" . "image" .Values.operator.image) */}}
{{- define "conntracksync.image" -}}
{{- if .image.digest -}}
{{ printf "%s@%s" .image.repository .image.digest }}
{{- else -}}
{{ printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{/* The user that a part's pods are to the API server. $: (dict "root" . "part" "operator") */}}
{{- define "conntracksync.user" -}}
system:serviceaccount:{{ .root.Release.Namespace }}:conntracksync-{{ .part }}
{{- end }}

{{/* A part's ServiceAccount, and its roles from rbac/ bound to it. $: (dict "root" . "part" "operator" "role" "name") */}}
{{- define "conntracksync.rights" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: conntracksync-{{ .part }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "conntracksync.labels" . | nindent 4 }}
# Only the pod that is meant to gets a token.
automountServiceAccountToken: false
---
{{ .root.Files.Get (printf "rbac/%s.yaml" .part) | trim }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: conntracksync-{{ .part }}
  labels:
    {{- include "conntracksync.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: conntracksync-{{ .part }}
subjects:
  - kind: ServiceAccount
    name: conntracksync-{{ .part }}
    namespace: {{ .root.Release.Namespace }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .role }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "conntracksync.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .role }}
subjects:
  - kind: ServiceAccount
    name: conntracksync-{{ .part }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{/* Probes of a container whose port is named http. A cold JVM on a busy node takes its time to start. */}}
{{- define "conntracksync.probes" -}}
startupProbe:
  httpGet:
    path: /livez
    port: http
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /livez
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet:
    path: /readyz
    port: http
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{/* CEL: the node that the user's token names, or nothing. */}}
{{- define "conntracksync.node" -}}
request.userInfo.extra[?'authentication.kubernetes.io/node-name'][0].orValue('')
{{- end }}

{{/* What an agent is told whose token names no node. */}}
{{- define "conntracksync.nodeless" -}}
the token of this agent names no node: use that of a pod, or ask for one with kubectl create token --bound-object-kind=Node --bound-object-name=NODE
{{- end }}

{{/* The users of hooks, with commas between. Helm reads numbers as floating point and would write large ones as 1e+09. */}}
{{- define "conntracksync.uids" -}}
{{- $uids := list -}}
{{- range .Values.agent.hookPeerUids -}}
{{- $uids = append $uids (int64 . | toString) -}}
{{- end -}}
{{- join "," $uids -}}
{{- end }}

{{/* CEL: an init container of a launcher pod, as Pod Security "restricted" wants it. Requests are limits, so that a pod of class Guaranteed stays one. $: (dict "name" "n" "image" "CEL" "pullPolicy" "Always" "command" (list) "volume" "v" "mountPath" "/m") */}}
{{- define "conntracksync.launcherInit" -}}
Object.spec.initContainers{
  name: {{ .name | quote }},
  image: {{ .image }},
  {{- with .pullPolicy }}
  imagePullPolicy: {{ . | quote }},
  {{- end }}
  command: [{{ range $i, $word := .command }}{{ if $i }}, {{ end }}{{ $word | quote }}{{ end }}],
  resources: Object.spec.initContainers.resources{
    requests: {"cpu": "10m", "memory": "16Mi"},
    limits: {"cpu": "10m", "memory": "16Mi"}
  },
  securityContext: Object.spec.initContainers.securityContext{
    runAsNonRoot: true,
    runAsUser: 107,
    runAsGroup: 107,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: Object.spec.initContainers.securityContext.capabilities{drop: ["ALL"]},
    seccompProfile: Object.spec.initContainers.securityContext.seccompProfile{type: "RuntimeDefault"}
  },
  volumeMounts: [Object.spec.initContainers.volumeMounts{name: {{ .volume | quote }}, mountPath: {{ .mountPath | quote }}}]
}
{{- end }}
