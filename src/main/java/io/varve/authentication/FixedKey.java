package io.varve.authentication;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import java.security.Key;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One key for all tokens, whatever name they give it. It is used with algorithms of its own kind
 * alone, so that nobody takes the bytes of a public key for a shared secret.
 */
final class FixedKey implements JWSKeySelector<SecurityContext> {
  private final PublicKey key;
  private final Set<JWSAlgorithm> algorithms;

  FixedKey(PublicKey key, Set<JWSAlgorithm> algorithms) {
    this.key = key;
    this.algorithms = Set.copyOf(algorithms);
  }

  @Override
  public List<? extends Key> selectJWSKeys(JWSHeader header, @Nullable SecurityContext context) {
    JWSAlgorithm algorithm = header.getAlgorithm();
    boolean fits =
        switch (key.getAlgorithm()) {
          case "RSA" -> JWSAlgorithm.Family.RSA.contains(algorithm);
          case "EC" -> JWSAlgorithm.Family.EC.contains(algorithm);
          default -> false;
        };
    return fits && algorithms.contains(algorithm) ? List.of(key) : List.of();
  }
}
