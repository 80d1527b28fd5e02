{{/* A setting that is left out when it is empty, so that the service's own default holds. */}}
{{- define "varve.setting" -}}
{{- if .value }}
{{ .name }}: {{ .value | quote }}
{{- end }}
{{- end -}}

{{- define "varve.config.spring" -}}
profiles:
  active: {{ ternary (printf "%s,json-logs" .Values.durability.profile) .Values.durability.profile (eq .Values.logFormat "json") }}
lifecycle:
  timeout-per-shutdown-phase: {{ printf "%ds" (int .Values.shutdown.phaseTimeoutSeconds) }}
{{- if .Values.tls.enabled }}
ssl:
  bundle:
    pem:
      server:
        reload-on-update: true
        keystore:
          certificate: file:/etc/varve-tls/tls.crt
          private-key: file:/etc/varve-tls/tls.key
{{- end }}
{{- end -}}

{{- define "varve.config.varve" -}}
security:
  mode: {{ .Values.security.mode }}
  {{- if eq .Values.security.mode "none" }}
  allow-anonymous: {{ .Values.security.allowAnonymous }}
  {{- else if eq .Values.security.mode "jwt" }}
  {{- with .Values.security.jwt }}
  jwt:
    {{- include "varve.setting" (dict "name" "issuer-uri" "value" .issuerUri) | indent 4 }}
    {{- include "varve.setting" (dict "name" "jwk-set-uri" "value" .jwkSetUri) | indent 4 }}
    {{- include "varve.setting" (dict "name" "public-key-location" "value" .publicKeyLocation) | indent 4 }}
    audiences: {{ toJson .audiences }}
    {{- with .algorithms }}
    algorithms: {{ toJson . }}
    {{- end }}
    {{- include "varve.setting" (dict "name" "principal-claim" "value" .principalClaim) | indent 4 }}
    {{- include "varve.setting" (dict "name" "roles-claim" "value" .rolesClaim) | indent 4 }}
    {{- include "varve.setting" (dict "name" "roles-prefix" "value" .rolesPrefix) | indent 4 }}
    {{- include "varve.setting" (dict "name" "prefixes-claim" "value" .prefixesClaim) | indent 4 }}
    {{- include "varve.setting" (dict "name" "write-prefixes-claim" "value" .writePrefixesClaim) | indent 4 }}
    prefixes-required: {{ .prefixesRequired }}
    {{- include "varve.setting" (dict "name" "clock-skew" "value" .clockSkew) | indent 4 }}
  {{- end }}
  {{- else }}
  {{- with .Values.security.tokens }}
  tokens:
    {{- range $name, $token := . }}
    {{ $name | quote }}:
      {{- with $token.sha256 }}
      sha256: {{ toJson . }}
      {{- end }}
      roles: {{ toJson $token.roles }}
      {{- with $token.prefixes }}
      prefixes: {{ toJson . }}
      {{- end }}
      {{- with $token.writePrefixes }}
      write-prefixes: {{ toJson . }}
      {{- end }}
      {{- include "varve.setting" (dict "name" "expires-at" "value" $token.expiresAt) | indent 6 }}
    {{- end }}
  {{- end }}
  {{- end }}
{{- if eq .Values.durability.profile "wal-on" }}
wal:
  sync: {{ .Values.durability.sync }}
  {{- include "varve.setting" (dict "name" "sync-interval" "value" .Values.durability.syncInterval) | indent 2 }}
{{- end }}
flush:
  {{- include "varve.setting" (dict "name" "interval" "value" .Values.flush.interval) | indent 2 }}
  {{- include "varve.setting" (dict "name" "max-bytes" "value" .Values.flush.maxBytes) | indent 2 }}
  {{- include "varve.setting" (dict "name" "min-bytes" "value" .Values.flush.minBytes) | indent 2 }}
prune:
  {{- include "varve.setting" (dict "name" "interval" "value" .Values.prune.interval) | indent 2 }}
  {{- include "varve.setting" (dict "name" "keep-age" "value" .Values.prune.keepAge) | indent 2 }}
  {{- include "varve.setting" (dict "name" "keep-versions" "value" (int64 .Values.prune.keepVersions)) | indent 2 }}
disk:
  {{- include "varve.setting" (dict "name" "reserve" "value" .Values.disk.reserve) | indent 2 }}
  {{- include "varve.setting" (dict "name" "max-store-bytes" "value" .Values.disk.maxStoreBytes) | indent 2 }}
checkpoint:
  verify: {{ .Values.checkpoints.verify }}
  {{- include "varve.setting" (dict "name" "interval" "value" .Values.checkpoints.interval) | indent 2 }}
  {{- include "varve.setting" (dict "name" "keep" "value" (int64 .Values.checkpoints.keep)) | indent 2 }}
  {{- if .Values.checkpoints.volume.enabled }}
  dir: /var/lib/varve-checkpoints
  {{- end }}
tracing:
  {{- include "varve.setting" (dict "name" "endpoint" "value" .Values.tracing.endpoint) | indent 2 }}
  {{- include "varve.setting" (dict "name" "sampling" "value" (toString .Values.tracing.sampling)) | indent 2 }}
{{- end -}}

{{/* application.yml: the named values, and over them whatever stands in .Values.config. */}}
{{- define "varve.config" -}}
{{- $varve := dict -}}
{{- range $name, $settings := include "varve.config.varve" . | fromYaml -}}
{{- with $settings }}{{ $_ := set $varve $name . }}{{ end -}}
{{- end -}}
{{- $config := dict "spring" (include "varve.config.spring" . | fromYaml) "varve" $varve -}}
{{- if .Values.tls.enabled -}}
{{- $_ := set $config "server" (dict "ssl" (dict "bundle" "server")) -}}
{{- $_ := set $config "management" (dict "server" (dict "ssl" (dict "enabled" false))) -}}
{{- end -}}
{{- mergeOverwrite $config (deepCopy .Values.config) | toYaml -}}
{{- end -}}
