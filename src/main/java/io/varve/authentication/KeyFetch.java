package io.varve.authentication;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;

/** Where the keys of an issuer come from. */
@FunctionalInterface
public interface KeyFetch {
  /** The keys that it has now. Bounded in time and size. */
  JWKSet fetch() throws IOException;
}
