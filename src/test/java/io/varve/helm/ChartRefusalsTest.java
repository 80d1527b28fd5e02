package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.TemplateCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that cannot be meant are refused before anything is installed, with a reason. */
final class ChartRefusalsTest {

  /** By the schema, which names the value. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replicaCount                            | 2                    | /replicaCount
          replicaCount                            | 0                    | /replicaCount
          replicas                                | 1                    | replicas
          image.name                              | varve                | name
          image.digest                            | sha256:12            | /image/digest
          image.pullPolicy                        | Sometimes            | /image/pullPolicy
          image.repository                        | ''                   | /image/repository
          imagePullSecrets[0].secret              | registry             | secret
          security.mode                           | basic                | /security/mode
          security.existingSecret                 | Not_A_Name           | /security/existingSecret
          security.allowAnonymous                 | maybe                | /security/allowAnonymous
          security.tokens.app.roles[0]            | owner                | /security/tokens/app/roles/0
          security.tokens.app.role                | reader               | role
          security.tokens.app.sha256              | abc                  | /security/tokens/app/sha256
          security.tokens.app.prefixes            | users/               | /security/tokens/app/prefixes
          security.tokens.app.prefixes[0]         | ''                   | /security/tokens/app/prefixes/0
          security.tokens.app.expiresAt           | tomorrow             | /security/tokens/app/expiresAt
          security.tokens.My_App.roles[0]         | reader               | My_App
          security.jwt.issuerUri                  | login.example.com    | /security/jwt/issuerUri
          security.jwt.algorithms[0]              | HS256                | /security/jwt/algorithms/0
          security.jwt.clockSkew                  | little               | /security/jwt/clockSkew
          security.jwt.issuer-uri                 | https://login        | issuer-uri
          durability.profile                      | wal                  | /durability/profile
          durability.sync                         | always               | /durability/sync
          durability.syncInterval                 | soon                 | /durability/syncInterval
          flush.interval                          | 10 seconds           | /flush/interval
          flush.maxBytes                          | 64M                  | /flush/maxBytes
          prune.keepVersions                      | -1                   | /prune/keepVersions
          disk.reserve                            | 10%                  | /disk/reserve
          tracing.endpoint                        | collector:4318       | /tracing/endpoint
          tracing.sampling                        | 2                    | /tracing/sampling
          persistence.size                        | large                | /persistence/size
          persistence.accessModes[0]              | ReadOnlyMany         | /persistence/accessModes/0
          persistence.retentionPolicy.whenDeleted | Keep                 | /persistence/retentionPolicy
          persistence.emptyDir.medium             | Disk                 | /persistence/emptyDir/medium
          checkpoints.cronJob.schedule            | nightly              | /checkpoints/cronJob/schedule
          service.type                            | ExternalName         | /service/type
          service.port                            | 70000                | /service/port
          ingress.hosts[0].host                   | No_Host              | /ingress/hosts/0/host
          metrics.serviceMonitor.interval         | often                | /metrics/serviceMonitor/interval
          metrics.prometheusRule.runbookUrl       | docs/runbooks.md     | /metrics/prometheusRule
          networkPolicy.clients[0].pods           | all                  | pods
          startupProbe.path                       | /                    | path
          livenessProbe.periodSeconds             | 0                    | /livenessProbe/periodSeconds
          shutdown.phaseTimeoutSeconds            | long                 | /shutdown/phaseTimeoutSeconds
          resources.limits.memory                 | 1Gbb                 | /resources/limits/memory
          extraEnv[0].value                       | x                    | /extraEnv/0
          fullnameOverride                        | Store                | /fullnameOverride
          logFormat                               | xml                  | /logFormat
          tests.resources.limit                   | 1                    | limit
          """)
  void schema_refusesWhatCannotBe(String name, String value, String place) {
    TemplateCommand command = withTokens().set(name, value);
    assertThatThrownBy(command::call).hasMessageContaining("schema").hasMessageContaining(place);
  }

  /** By the templates, where values do not go together. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          security.existingSecret=                                                    | kubectl create secret generic
          security.mode=none                                                          | security.allowAnonymous=true
          security.tokens.app.expiresAt=2027-01-31T00:00:00Z                          | security.tokens.app names no role
          security.tokens.app.roles[0]=reader security.existingSecret=                | security.tokens.app has no hash
          security.tokens.app.roles[0]=reader security.tokens.app.writePrefixes[0]=a  | security.tokens.app has writePrefixes
          security.tokens.app.roles[0]=metrics security.tokens.app.prefixes[0]=a      | security.tokens.app has prefixes
          security.mode=jwt security.tokens.app.roles[0]=reader                       | security.tokens belongs to security.mode=token
          security.mode=jwt                                                           | or jwkSetUri or publicKeyLocation
          security.mode=jwt security.jwt.issuerUri=https://login                      | security.jwt.audiences
          security.mode=jwt security.jwt.jwkSetUri=https://login security.jwt.publicKeyLocation=/key.pem | remove one of them
          security.mode=jwt security.jwt.issuerUri=https://login security.jwt.audiences[0]=varve metrics.serviceMonitor.enabled=true | one of the role metrics
          security.mode=jwt security.jwt.issuerUri=https://login security.jwt.audiences[0]=varve checkpoints.cronJob.enabled=true | one of the role admin
          metrics.serviceMonitor.enabled=true                                         | metrics.serviceMonitor.tokenSecret.name
          checkpoints.cronJob.enabled=true                                            | checkpoints.cronJob.tokenSecret.name
          metrics.serviceMonitor.enabled=true metrics.serviceMonitor.tokenSecret.name=t metrics.enabled=false | metrics.enabled=true
          tls.enabled=true                                                            | tls.existingSecret
          tls.enabled=true tls.certManager.enabled=true                               | tls.certManager.issuerRef.name
          tls.certManager.enabled=true tls.certManager.issuerRef.name=x               | tls.enabled=true
          ingress.enabled=true                                                        | ingress.hosts
          terminationGracePeriodSeconds=65                                            | a stop may take 65 seconds
          shutdown.phaseTimeoutSeconds=25                                             | a stop may take 80 seconds
          shutdown.preStopSleepSeconds=15                                             | a stop may take 75 seconds
          """)
  void templates_refuseWhatDoesNotGoTogether(String set, String reason) {
    TemplateCommand command = withTokens();
    for (String each : set.split(" ", -1)) {
      String[] parts = each.split("=", 2);
      command.set(parts[0], parts[1]);
    }
    assertThatThrownBy(command::call).hasMessageContaining(reason);
  }

  @Test
  void plainInstall_isToldTheTwoWaysOut() {
    assertThatThrownBy(() -> Chart.template().call())
        .hasMessageContaining("varve.security.tokens.app.roles=writer")
        .hasMessageContaining("--set security.existingSecret=varve-tokens")
        .hasMessageContaining("--set security.mode=none --set security.allowAnonymous=true");
  }

  @Test
  void oldKubernetes_isRefused() {
    TemplateCommand command = withTokens().withKubeVersion("v1.26.15");
    assertThatThrownBy(command::call).hasMessageContaining("kubeVersion: >=1.27");
  }

  private static TemplateCommand withTokens() {
    return Chart.template().set("security.existingSecret", "varve-tokens");
  }
}
