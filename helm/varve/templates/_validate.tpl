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
{{- $token := eq .Values.security.mode "token" -}}
{{- if and $token (not .Values.security.existingSecret) -}}
{{- fail "\n\nVarve needs to know who may use it. Either\n\n  1. make a token, keep its hash in a Secret, and name the Secret:\n\n     TOKEN=$(openssl rand -hex 32)\n     kubectl create secret generic varve-tokens \\\n       --from-literal=varve.security.tokens.app.sha256=$(printf %s \"$TOKEN\" | sha256sum | cut -d' ' -f1)\n     helm install ... --set security.existingSecret=varve-tokens\n\n  2. or let in whoever reaches the Service, for development only:\n\n     helm install ... --set security.mode=none --set security.allowAnonymous=true\n" -}}
{{- end -}}
{{- if and (not $token) (not .Values.security.allowAnonymous) -}}
{{- fail "\n\nWith security.mode=none whoever reaches the Service reads and writes everything, and the service refuses to start\nunless that is meant. Either\n\n  1. use tokens: security.mode=token and security.existingSecret=NAME,\n  2. or say that it is meant: security.allowAnonymous=true.\n" -}}
{{- end -}}
{{- if and $token .Values.metrics.serviceMonitor.enabled (not .Values.metrics.serviceMonitor.tokenSecret.name) -}}
{{- fail "With security.mode=token a scrape needs a token too: set metrics.serviceMonitor.tokenSecret.name to a Secret with one." -}}
{{- end -}}
{{- if and $token .Values.checkpoints.cronJob.enabled (not .Values.checkpoints.cronJob.tokenSecret.name) -}}
{{- fail "With security.mode=token the CronJob needs a token too: set checkpoints.cronJob.tokenSecret.name to a Secret with one." -}}
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
