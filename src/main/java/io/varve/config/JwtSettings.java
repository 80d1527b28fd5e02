package io.varve.config;

import com.nimbusds.jose.JWSAlgorithm;
import io.varve.authentication.IssuerFetch;
import io.varve.authentication.IssuerKeys;
import io.varve.authentication.JwtCallers;
import io.varve.authentication.JwtClaims;
import io.varve.authentication.JwtConditions;
import io.varve.authentication.JwtPrincipals;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose JSON Web Tokens open the service, and what they must say.
 *
 * @param issuerUri the issuer, to the letter as tokens name it; it tells where its keys are, unless
 *     one of the next two does
 * @param jwkSetUri where the keys of the issuer are, in place of what it tells itself
 * @param publicKeyLocation file with the one key of the issuer, as PEM, in place of a set of keys
 * @param audiences names of this service; a token must be meant for one of them
 * @param algorithms of signatures that are accepted: RS256 to RS512, PS256 to PS512, ES256 to ES512
 * @param principalClaim claim that tells who the caller is
 * @param rolesClaim claim with the roles, as a list or with spaces between them; dots lead into
 *     nested ones
 * @param rolesPrefix what the roles of this service begin with in that claim
 * @param prefixesClaim claim with what the keys begin with that a reader or writer is limited to
 * @param writePrefixesClaim the same for what a writer may write, where that is less than he may
 *     read
 * @param prefixesRequired whether a token without that claim gives access to no keys, and not to
 *     all of them
 * @param clockSkew by how much the clock of the issuer may differ
 */
public record JwtSettings(
    @Nullable String issuerUri,
    @Nullable String jwkSetUri,
    @Nullable String publicKeyLocation,
    @DefaultValue List<String> audiences,
    @DefaultValue({"RS256", "ES256"}) List<String> algorithms,
    @DefaultValue("sub") String principalClaim,
    @DefaultValue("roles") String rolesClaim,
    @Nullable String rolesPrefix,
    @DefaultValue("varve_prefixes") String prefixesClaim,
    @DefaultValue("varve_write_prefixes") String writePrefixesClaim,
    @DefaultValue("true") boolean prefixesRequired,
    @DefaultValue("60s") Duration clockSkew) {
  static final String PREFIX = SecurityProperties.PREFIX + ".jwt";

  private static final String ALGORITHMS =
      "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512";
  private static final Set<String> KNOWN_ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
  private static final Duration LONGEST_SKEW = Duration.ofMinutes(10);

  /** Throws {@link AccessException} if tokens could not be judged by these settings. */
  void check() {
    checkKeys();
    if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
      throw new AccessException(
          "The setting "
              + PREFIX
              + ".audiences names nobody, so that tokens which the issuer made"
              + " for other services would open this one.",
          "Set it to the name that the issuer has for this service.");
    }
    if (algorithms.isEmpty() || !KNOWN_ALGORITHMS.containsAll(algorithms)) {
      throw new AccessException(
          "The setting "
              + PREFIX
              + ".algorithms names one that is not known, or none. With none or"
              + " with a shared secret nobody could tell who made a token.",
          "Known are " + ALGORITHMS + ".");
    }
    if (Stream.of(principalClaim, rolesClaim, prefixesClaim, writePrefixesClaim)
        .anyMatch(String::isBlank)) {
      throw new AccessException(
          "One of the settings of claims below " + PREFIX + " is blank.",
          "Set it to the name of a claim, or remove it for the default.");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(LONGEST_SKEW) > 0) {
      throw new AccessException(
          "The setting " + PREFIX + ".clock-skew is not between 0 and 10 minutes.",
          "Remove it, and have both machines set their clocks by NTP.");
    }
  }

  private void checkKeys() {
    checkAddress("issuer-uri", issuerUri);
    checkAddress("jwk-set-uri", jwkSetUri);
    if (issuerUri == null && jwkSetUri == null && publicKeyLocation == null) {
      throw new AccessException(
          "varve.security.mode is jwt, but nothing tells whose tokens are meant.",
          "Set " + PREFIX + ".issuer-uri, or jwk-set-uri, or public-key-location.");
    }
    if (jwkSetUri != null && publicKeyLocation != null) {
      throw new AccessException(
          "Both " + PREFIX + ".jwk-set-uri and public-key-location are set.",
          "Remove one of them: the keys come from one place.");
    }
    if (publicKeyLocation != null) {
      var _ = PublicKeyFile.read(publicKeyLocation);
    }
  }

  private static void checkAddress(String property, @Nullable String text) {
    if (text != null && address(text) == null) {
      throw new AccessException(
          "The setting " + PREFIX + "." + property + " is not the address of a server.",
          "Write it such as https://issuer.example.com/realm.");
    }
  }

  private static @Nullable URI address(String text) {
    try {
      URI address = URI.create(text);
      boolean isHttp = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
      return isHttp
              && address.getHost() != null
              && address.getRawUserInfo() == null
              && address.getRawFragment() == null
          ? address
          : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether somebody on the network in between could give this service keys of his own. */
  boolean hasKeysInPlainText() {
    String source = jwkSetUri == null ? issuerUri : jwkSetUri;
    if (publicKeyLocation != null || source == null || !source.startsWith("http:")) {
      return false;
    }
    String host = URI.create(source).getHost();
    try {
      return !host.equals("localhost")
          && (!host.matches("[0-9.]+|\\[.*]") || !InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException _) {
      return true;
    }
  }

  /** Whose tokens open the service, for the log. */
  String describe() {
    return Stream.of(issuerUri, jwkSetUri, publicKeyLocation)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  /** Callers by these settings, once they are checked. Asks the issuer for nothing yet. */
  JwtCallers callers(InstantSource clock) {
    Set<JWSAlgorithm> accepted = new HashSet<>();
    algorithms.forEach(name -> accepted.add(JWSAlgorithm.parse(name)));
    var conditions = new JwtConditions(issuerUri, new HashSet<>(audiences), clockSkew, clock);
    var principals =
        new JwtPrincipals(
            new JwtClaims(
                principalClaim,
                rolesClaim,
                rolesPrefix == null ? "" : rolesPrefix,
                prefixesClaim,
                writePrefixesClaim,
                prefixesRequired));
    if (publicKeyLocation != null) {
      return JwtCallers.ofKey(
          PublicKeyFile.read(publicKeyLocation), accepted, conditions, principals);
    }
    IssuerFetch source =
        jwkSetUri == null
            ? IssuerFetch.ofIssuer(Objects.requireNonNull(issuerUri))
            : IssuerFetch.ofKeys(URI.create(jwkSetUri));
    return JwtCallers.ofIssuer(
        new IssuerKeys(source, System::nanoTime), accepted, conditions, principals);
  }
}
