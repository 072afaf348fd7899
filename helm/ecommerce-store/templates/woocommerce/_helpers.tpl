{{/* The port of the shop's pods. */}}
{{- define "woocommerce.port" -}}8080{{- end }}

{{/* What WordPress, and whoever asks it from inside, knows of its place. */}}
{{- define "woocommerce.env" -}}
- {name: STORE_URL, value: {{ include "url" . | quote }}}
- {name: STORE_INTERNET, value: {{ .Values.egress.internet | quote }}}
{{- if ne .Values.woocommerce.firstBoot "restore" }}
- {name: STORE_FIRST_BOOT, value: {{ .Values.woocommerce.firstBoot }}}
{{- end }}
{{- with .Values.woocommerce.smtp }}
{{- if .host }}
- {name: STORE_SMTP_HOST, value: {{ .host | quote }}}
- {name: STORE_SMTP_PORT, value: {{ .port | quote }}}
- {name: STORE_SMTP_TLS, value: {{ .tls | quote }}}
{{- with .from }}
- {name: STORE_SMTP_FROM, value: {{ . | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "woocommerce.plans" -}}
free:
  quota: {requestsCpu: "1", requestsMemory: 1Gi, limitsCpu: "3", limitsMemory: 3Gi, volumes: 5, storage: 10Gi, pods: 10}
  woocommerce: {requests: {cpu: 100m, memory: 192Mi}, limits: {cpu: "1", memory: 768Mi}}
  mariadb: {requests: {cpu: 50m, memory: 96Mi}, limits: {cpu: "1", memory: 256Mi}}
standard:
  quota: {requestsCpu: "2", requestsMemory: 2Gi, limitsCpu: "4", limitsMemory: 4Gi, volumes: 5, storage: 25Gi, pods: 10}
  woocommerce: {requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: "1", memory: 1Gi}}
  mariadb: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 512Mi}}
pro:
  quota: {requestsCpu: "4", requestsMemory: 4Gi, limitsCpu: "8", limitsMemory: 8Gi, volumes: 10, storage: 100Gi, pods: 20}
  woocommerce: {requests: {cpu: 500m, memory: 512Mi}, limits: {cpu: "1", memory: 1Gi}}
  mariadb: {requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: "1", memory: 1Gi}}
{{- end }}
