{{- define "labels" -}}
app.kubernetes.io/name: data-api
app.kubernetes.io/part-of: data-platform
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
