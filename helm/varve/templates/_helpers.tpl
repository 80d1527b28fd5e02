{{/* Names. 40 characters leave room for what controllers append: a CronJob has 52, a StatefulSet with its revision 63. */}}
{{- define "varve.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "varve.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "varve.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "varve.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "varve.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "varve.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "varve.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.image.registry -}}{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* What selects objects of one component; it never changes over the life of a release. */}}
{{- define "varve.selectorLabels" -}}
app.kubernetes.io/name: {{ include "varve.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of a pod: what selects it wins over what is given. */}}
{{- define "varve.podLabels" -}}
{{- $own := include "varve.selectorLabels" . | fromYaml -}}
{{- toYaml (merge $own (deepCopy (default dict .labels)) (deepCopy .root.Values.commonLabels)) -}}
{{- end -}}

{{/*
The metadata of an object. Arguments: root, component; optional name, namespace, labels, annotations.
The label part-of is always "varve", whatever the release is called: the job in Prometheus is named by it.
*/}}
{{- define "varve.metadata" -}}
{{- $own := include "varve.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "varve" -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/version" (.root.Chart.AppVersion | replace "+" "_" | trunc 63) -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63) -}}
name: {{ default (include "varve.fullname" .root) .name }}
namespace: {{ default .root.Release.Namespace .namespace }}
labels:
  {{- merge $own (deepCopy (default dict .labels)) (deepCopy .root.Values.commonLabels) | toYaml | nindent 2 }}
{{- with merge dict (deepCopy (default dict .annotations)) (deepCopy .root.Values.commonAnnotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where pods of the release find the service. The name is one that the certificate has. */}}
{{- define "varve.url" -}}
{{- printf "%s://%s.%s.svc:%d" (ternary "https" "http" .Values.tls.enabled) (include "varve.fullname" .) .Release.Namespace (int .Values.service.port) -}}
{{- end -}}

{{- define "varve.tlsSecret" -}}
{{- default (printf "%s-tls" (include "varve.fullname" .)) .Values.tls.existingSecret -}}
{{- end -}}

{{- define "varve.checkpointClaim" -}}
{{- default (printf "%s-checkpoints" (include "varve.fullname" .)) .Values.checkpoints.volume.existingClaim -}}
{{- end -}}

{{- define "varve.storageClass" -}}
{{- if eq . "-" -}}
storageClassName: ""
{{- else if . -}}
storageClassName: {{ . | quote }}
{{- end -}}
{{- end -}}

{{/* Something if tokens come from a Secret, which is mounted then. */}}
{{- define "varve.hasTokenSecret" -}}
{{- if and (eq .Values.security.mode "token") .Values.security.existingSecret }}true{{ end -}}
{{- end -}}

{{/* For pods that call the service: the token and how to trust it. Arguments: root, token (a map of name and key). */}}
{{- define "varve.clientEnv" -}}
{{- if ne .root.Values.security.mode "none" }}
- name: VARVE_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .token.name }}
      key: {{ .token.key }}
{{- end }}
{{- if .root.Values.tls.enabled }}
- name: VARVE_CURL_OPTIONS
  value: --cacert /etc/varve-ca/ca.crt
{{- end }}
{{- end -}}

{{- define "varve.clientMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.tls.enabled }}
- name: ca
  mountPath: /etc/varve-ca
  readOnly: true
{{- end }}
{{- end -}}

{{/* Of the Secret only the authority: a client has no business with the private key. */}}
{{- define "varve.clientVolumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.tmpSizeLimit }}
{{- if .Values.tls.enabled }}
- name: ca
  secret:
    secretName: {{ default (include "varve.tlsSecret" .) .Values.tls.ca.existingSecret }}
    defaultMode: 0440
    items:
      - key: {{ .Values.tls.ca.key }}
        path: ca.crt
{{- end }}
{{- end -}}

{{/* What pods of the chart share, whatever they run. */}}
{{- define "varve.podBasics" -}}
serviceAccountName: {{ include "varve.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* One probe. Arguments: root, path, times. Always on the port of the API: that is the one clients need. */}}
{{- define "varve.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
  scheme: {{ ternary "HTTPS" "HTTP" .root.Values.tls.enabled }}
{{ toYaml .times }}
{{- end -}}
