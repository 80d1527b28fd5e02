package io.varve.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.ResourceLoader;

/** The key of an issuer, in a file. */
final class PublicKeyFile {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");
  private static final int LEAST_RSA_BITS = 2048;

  /** A path is that of a file, also without "file:" before it. */
  private static final ResourceLoader FILES =
      ApplicationResourceLoader.get((ResourceLoader) new ApplicationResourceLoader(), true);

  private PublicKeyFile() {}

  /** Throws {@link AccessException} if there is no such key. */
  static PublicKey read(String location) {
    Matcher pem = PEM.matcher(text(location));
    PublicKey key = pem.matches() ? parse(pem.group(1)) : null;
    if (key == null) {
      throw refusal("has no public key of RSA or of an elliptic curve");
    }
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
      throw refusal("has a key that is too short: of RSA it must have 2048 bits");
    }
    return key;
  }

  private static String text(String location) {
    try {
      return FILES.getResource(location).getContentAsString(StandardCharsets.US_ASCII);
    } catch (IOException _) {
      throw refusal("cannot be read");
    }
  }

  private static @Nullable PublicKey parse(String base64) {
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(base64);
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes));
      } catch (GeneralSecurityException | IllegalArgumentException _) {
        // Perhaps it is one of the other kind.
      }
    }
    return null;
  }

  private static AccessException refusal(String why) {
    return new AccessException(
        "The file of " + JwtSettings.PREFIX + ".public-key-location " + why + ".",
        "Give it the key of the issuer as PEM: the lines from BEGIN PUBLIC KEY to END PUBLIC KEY.");
  }
}
