{{- define "inkstream.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "inkstream.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "inkstream.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "inkstream.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "inkstream.selector" -}}
app.kubernetes.io/name: {{ include "inkstream.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "inkstream.labels" -}}
{{ include "inkstream.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "inkstream.image" -}}
{{- $device := ternary "cuda" "jvm" .Values.gpu.enabled -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default $device }}
{{- end }}

{{- define "inkstream.serviceAccount" -}}
{{- ternary (.Values.serviceAccount.name | default (include "inkstream.fullname" .)) (.Values.serviceAccount.name | default "default") .Values.serviceAccount.create }}
{{- end }}

{{/* Where the server finds its model; nothing: the one inside the image. */}}
{{- define "inkstream.modelPath" -}}
{{- $model := .Values.model -}}
{{- if eq $model.source "hub" -}}
/models/{{ $model.hub.repository }}
{{- else if eq $model.source "bundled" -}}
{{- else if regexMatch "^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+$" $model.path -}}
{{ $model.path }}
{{- else -}}
{{ list "/models" (trimPrefix "/" $model.path) | join "/" | trimSuffix "/" }}
{{- end }}
{{- end }}

{{/* Pre-stop, what requests get, and 15 seconds for the server's own end. */}}
{{- define "inkstream.graceSeconds" -}}
{{- add (int .Values.preStopSeconds) (int .Values.shutdownSeconds) 15 }}
{{- end }}

{{- define "inkstream.query" -}}
sum({{ .metric }}{namespace={{ .root.Release.Namespace | quote }},service={{ include "inkstream.fullname" .root | quote }}})
{{- end }}

{{- define "inkstream.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "inkstream.resources" -}}
{{- $resources := deepCopy .Values.resources -}}
{{- if and (not $resources) .Values.gpu.enabled -}}
{{- $resources = dict "requests" (dict "cpu" "8" "memory" "96Gi") "limits" (dict "memory" "128Gi") -}}
{{- else if not $resources -}}
{{- $resources = dict "requests" (dict "cpu" "1" "memory" "1Gi") "limits" (dict "memory" "2Gi") -}}
{{- end -}}
{{- if .Values.gpu.enabled -}}
{{- $resources = mergeOverwrite $resources (dict "limits" (dict .Values.gpu.resource (int .Values.gpu.count))) -}}
{{- end -}}
{{- toYaml $resources }}
{{- end }}
