package io.varve.authentication;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.security.PublicKey;
import java.util.Set;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Callers who show a JSON Web Token of an issuer that this service trusts. */
public final class JwtCallers implements AuthenticationProvider {
  private final JwtDecoder decoder;
  private final JwtPrincipals principals;

  private JwtCallers(
      JWSKeySelector<SecurityContext> keys, JwtConditions conditions, JwtPrincipals principals) {
    this.decoder = decoder(keys, conditions);
    this.principals = principals;
  }

  /** Whose tokens are signed with a key of an issuer, by one of {@code algorithms}. */
  public static JwtCallers ofIssuer(
      IssuerKeys keys,
      Set<JWSAlgorithm> algorithms,
      JwtConditions conditions,
      JwtPrincipals principals) {
    return new JwtCallers(
        new JWSVerificationKeySelector<>(algorithms, keys), conditions, principals);
  }

  /** Whose tokens are signed with this key, by one of {@code algorithms}. */
  public static JwtCallers ofKey(
      PublicKey key,
      Set<JWSAlgorithm> algorithms,
      JwtConditions conditions,
      JwtPrincipals principals) {
    return new JwtCallers(new FixedKey(key, algorithms), conditions, principals);
  }

  private static JwtDecoder decoder(
      JWSKeySelector<SecurityContext> keys, JwtConditions conditions) {
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT,
            new JOSEObjectType("at+jwt"), // RFC 9068, section 2.1
            new JOSEObjectType("application/at+jwt"),
            null));
    processor.setJWSKeySelector(keys);
    processor.setJWTClaimsSetVerifier((_, _) -> {}); // the conditions do it
    var decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(conditions);
    return decoder;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return BearerTokenAuthenticationToken.class.isAssignableFrom(authentication);
  }

  @Override
  public Authentication authenticate(Authentication shown) {
    return new CallerAuthentication(
        principals.principal(decode(((BearerTokenAuthenticationToken) shown).getToken())));
  }

  /** Only an issuer that does not answer is no fault of the token. */
  private Jwt decode(String token) {
    try {
      return decoder.decode(token);
    } catch (JwtException e) {
      if (e.getCause() instanceof RemoteKeySourceException) {
        throw new AuthenticationServiceException("The issuer does not answer.", e);
      }
      throw new InvalidBearerTokenException("This token opens nothing.", e);
    }
  }
}
