{{- define "souk-account.labels" -}}
app.kubernetes.io/name: souk-account
app.kubernetes.io/instance: {{ .Values.account }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
souk.dev/installation: {{ .Values.installation }}
{{- end }}

{{/* The account as the API server names whoever holds its token. */}}
{{- define "souk-account.username" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ .Values.account }}
{{- end }}
