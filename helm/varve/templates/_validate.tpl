{{/* What no schema can say: values that do not go together. Each message names the ways out. */}}
{{- define "varve.validate" -}}
{{- include "varve.validate.security" . -}}
{{- include "varve.validate.tls" . -}}
{{- include "varve.validate.shutdown" . -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.serviceMonitor needs the Service of metrics: set metrics.enabled=true." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs at least one entry in ingress.hosts." -}}
{{- end -}}
{{- end -}}

{{- define "varve.validate.security" -}}
{{- $mode := .Values.security.mode -}}
{{- if eq $mode "token" -}}
{{- include "varve.validate.tokens" .Values.security -}}
{{- else if eq $mode "jwt" -}}
{{- include "varve.validate.jwt" .Values.security -}}
{{- else if not .Values.security.allowAnonymous -}}
{{- fail "\n\nWith security.mode=none whoever reaches the Service reads and writes everything, and the service refuses to start\nunless that is meant. Either\n\n  1. use tokens: security.mode=token and security.existingSecret=NAME,\n  2. or say that it is meant: security.allowAnonymous=true.\n" -}}
{{- end -}}
{{- if and (ne $mode "none") .Values.metrics.serviceMonitor.enabled (not .Values.metrics.serviceMonitor.tokenSecret.name) -}}
{{- fail (printf "With security.mode=%s a scrape needs a token too: set metrics.serviceMonitor.tokenSecret.name to a Secret with one of the role metrics." $mode) -}}
{{- end -}}
{{- if and (ne $mode "none") .Values.checkpoints.cronJob.enabled (not .Values.checkpoints.cronJob.tokenSecret.name) -}}
{{- fail (printf "With security.mode=%s the CronJob needs a token too: set checkpoints.cronJob.tokenSecret.name to a Secret with one of the role admin." $mode) -}}
{{- end -}}
{{- end -}}

{{/* A token without a role is refused by the service; so is one without a hash. What the Secret has cannot be seen here. */}}
{{- define "varve.validate.tokens" -}}
{{- if and (not .existingSecret) (not .tokens) -}}
{{- fail "\n\nVarve needs to know who may use it. Either\n\n  1. make a token, keep its hash and its roles in a Secret, and name the Secret:\n\n     TOKEN=$(openssl rand -hex 32)\n     kubectl create secret generic varve-tokens \\\n       --from-literal=varve.security.tokens.app.sha256=$(printf %s \"$TOKEN\" | sha256sum | cut -d' ' -f1) \\\n       --from-literal=varve.security.tokens.app.roles=writer\n     helm install ... --set security.existingSecret=varve-tokens\n\n  2. or let in whoever reaches the Service, for development only:\n\n     helm install ... --set security.mode=none --set security.allowAnonymous=true\n" -}}
{{- end -}}
{{- $secret := .existingSecret -}}
{{- range $name, $token := .tokens -}}
{{- if not $token.roles -}}
{{- fail (printf "security.tokens.%s names no role, so the token could do nothing: set its roles to some of reader, writer, admin and metrics." $name) -}}
{{- end -}}
{{- if and (not $token.sha256) (not $secret) -}}
{{- fail (printf "security.tokens.%s has no hash: set its sha256, or name a Secret that has varve.security.tokens.%s.sha256 by security.existingSecret." $name $name) -}}
{{- end -}}
{{- if and $token.writePrefixes (not (has "writer" $token.roles)) -}}
{{- fail (printf "security.tokens.%s has writePrefixes, but is no writer: add the role writer, or remove them." $name) -}}
{{- end -}}
{{- if and $token.prefixes (not (has "writer" $token.roles)) (not (has "reader" $token.roles)) -}}
{{- fail (printf "security.tokens.%s has prefixes, but neither reads nor writes: add the role reader or writer, or remove them." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Tokens of this mode are not known beforehand; whose signature to trust must be. */}}
{{- define "varve.validate.jwt" -}}
{{- if .tokens -}}
{{- fail "security.tokens belongs to security.mode=token; with security.mode=jwt the OAuth 2 server says who may do what. Remove one of the two." -}}
{{- end -}}
{{- if not (or .jwt.issuerUri .jwt.jwkSetUri .jwt.publicKeyLocation) -}}
{{- fail "security.mode=jwt needs to know whose tokens to trust: set security.jwt.issuerUri, or jwkSetUri or publicKeyLocation." -}}
{{- end -}}
{{- if and .jwt.jwkSetUri .jwt.publicKeyLocation -}}
{{- fail "security.jwt.jwkSetUri and security.jwt.publicKeyLocation both say where the keys are: remove one of them." -}}
{{- end -}}
{{- if not .jwt.audiences -}}
{{- fail "security.mode=jwt needs security.jwt.audiences, the names that the issuer has for this service: without them a token made for another service would open this one." -}}
{{- end -}}
{{- end -}}

{{- define "varve.validate.tls" -}}
{{- if .Values.tls.enabled -}}
{{- if and (not .Values.tls.existingSecret) (not .Values.tls.certManager.enabled) -}}
{{- fail "tls.enabled needs a certificate: set tls.existingSecret to a Secret of type kubernetes.io/tls, or tls.certManager.enabled=true." -}}
{{- end -}}
{{- if and .Values.tls.certManager.enabled (not .Values.tls.certManager.issuerRef.name) -}}
{{- fail "tls.certManager.enabled needs tls.certManager.issuerRef.name." -}}
{{- end -}}
{{- else if .Values.tls.certManager.enabled -}}
{{- fail "tls.certManager.enabled makes a certificate that nobody uses: set tls.enabled=true too." -}}
{{- end -}}
{{- end -}}

{{- define "varve.validate.shutdown" -}}
{{- $least := add (mul 3 (int .Values.shutdown.phaseTimeoutSeconds)) (int .Values.shutdown.preStopSleepSeconds) -}}
{{- if le (int .Values.terminationGracePeriodSeconds) (int $least) -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, but a stop may take %d seconds: preStopSleepSeconds and three times phaseTimeoutSeconds. Raise it above that, or the last flush is killed." (int .Values.terminationGracePeriodSeconds) (int $least)) -}}
{{- end -}}
{{- end -}}
