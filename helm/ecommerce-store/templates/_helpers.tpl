{{/* Labels of everything; `component` is given where there is one. */}}
{{- define "labels" -}}
{{ include "pod.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: souk
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Labels of pods: no version among them, so that a new chart alone restarts nothing. */}}
{{- define "pod.labels" -}}
{{ include "selector" . }}
souk.dev/store: {{ .root.Values.store.id }}
souk.dev/installation: {{ .root.Values.store.installation }}
{{- end }}

{{/* The labels that select pods: never changed by an upgrade. */}}
{{- define "selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* How each pod runs: no token, no root, no service variables of neighbours. `user` is the image's. */}}
{{- define "pod" -}}
automountServiceAccountToken: false
# A namespace's deletion looks again after half of its pods' longest grace: 30 s would cost it 16.
# All three stop within a second or two when they may, and lose nothing when they are killed.
terminationGracePeriodSeconds: 8
enableServiceLinks: false
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "container.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
Chosen keys of the store's Secret, as files; a container sees no key it does not need. A pod waits for
the keys in `keys`; those in `optional` may be missing.
*/}}
{{- define "secret.volume" -}}
- name: secret
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .root.Values.existingSecret | quote }}
          items:
            {{- range .keys }}
            - {key: {{ . }}, path: {{ . }}}
            {{- end }}
      {{- range .optional }}
      - secret:
          name: {{ $.root.Values.existingSecret | quote }}
          optional: true
          items:
            - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end }}

{{- define "secret.mount" -}}
{name: secret, mountPath: /run/secrets/souk, readOnly: true}
{{- end }}

{{/* The address that shoppers type. */}}
{{- define "url" -}}
{{- $port := int .Values.ingress.publicPort -}}
{{- ternary "https" "http" .Values.ingress.tls.enabled }}://{{ .Values.host }}{{ if $port }}:{{ $port }}{{ end }}
{{- end }}

{{- define "storageClass" -}}
{{- with .Values.storage.className }}
storageClassName: {{ . | quote }}
{{- end }}
{{- end }}

{{/*
A plan's size: the namespace's quota, and what each container asks for and may take. Requests follow
measured use (docs/chart.md); limits leave room for an import or a busy hour. Each engine's folder has its own.
*/}}
{{- define "plan" -}}
{{- get (include (printf "%s.plans" .Values.engine) . | fromYaml) .Values.plan | toJson -}}
{{- end }}
