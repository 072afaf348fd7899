{{/* The port of the shop's pods. */}}
{{- define "medusa.port" -}}9000{{- end }}

{{- define "medusa.plans" -}}
free:
  quota: {requestsCpu: "1", requestsMemory: 1Gi, limitsCpu: "3", limitsMemory: 3Gi, volumes: 5, storage: 10Gi, pods: 10}
  medusa: {requests: {cpu: 100m, memory: 400Mi}, limits: {cpu: "1", memory: 1Gi}}
  postgres: {requests: {cpu: 50m, memory: 96Mi}, limits: {cpu: "1", memory: 256Mi}}
  redis: {requests: {cpu: 20m, memory: 24Mi}, limits: {cpu: 250m, memory: 128Mi}}
standard:
  quota: {requestsCpu: "2", requestsMemory: 2Gi, limitsCpu: "4", limitsMemory: 4Gi, volumes: 5, storage: 25Gi, pods: 10}
  medusa: {requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: "1", memory: 1Gi}}
  postgres: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 512Mi}}
  redis: {requests: {cpu: 20m, memory: 32Mi}, limits: {cpu: 250m, memory: 128Mi}}
pro:
  quota: {requestsCpu: "4", requestsMemory: 4Gi, limitsCpu: "8", limitsMemory: 8Gi, volumes: 10, storage: 100Gi, pods: 20}
  medusa: {requests: {cpu: 500m, memory: 768Mi}, limits: {cpu: "1", memory: 1Gi}}
  postgres: {requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: "1", memory: 1Gi}}
  redis: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 500m, memory: 256Mi}}
{{- end }}
