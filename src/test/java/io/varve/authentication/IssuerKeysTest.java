package io.varve.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When keys are fetched, by a clock and an issuer that the test moves. */
final class IssuerKeysTest {
  private static final RSAKey ONE = TestIssuer.rsaKey("one");
  private static final RSAKey TWO = TestIssuer.rsaKey("two");

  private final List<JWK> offered = new ArrayList<>(List.of(ONE));
  private long now = -5;
  private int fetches;
  private boolean down;
  private final IssuerKeys keys = new IssuerKeys(this::fetch, () -> now);

  private JWKSet fetch() throws IOException {
    fetches++;
    if (down) {
      throw new IOException("down");
    }
    return new JWKSet(List.copyOf(offered));
  }

  private List<JWK> get(String name) throws RemoteKeySourceException {
    return keys.get(new JWKSelector(new JWKMatcher.Builder().keyID(name).build()), null);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void keys_areFetchedOnceAndThenKept() throws Exception {
    assertThat(fetches).isZero();
    for (int i = 0; i < 10; i++) {
      assertThat(get("one")).containsExactly(ONE);
    }
    assertThat(fetches).isEqualTo(1);
  }

  @Test
  void newKey_isFound() throws Exception {
    assertThat(get("one")).containsExactly(ONE);
    offered.add(TWO);
    assertThat(get("two")).containsExactly(TWO);
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void unknownNames_fetchOnlySoOften() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThat(get("nobody-" + i)).isEmpty();
    }
    assertThat(fetches).isEqualTo(3);
    offered.add(TWO);
    assertThat(get("two")).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(get("two")).containsExactly(TWO);
    assertThat(fetches).isEqualTo(4);
  }

  @Test
  void keyThatWasTakenBack_isForgottenAfterMinutes() throws Exception {
    assertThat(get("one")).containsExactly(ONE);
    offered.clear();
    pass(Duration.ofMinutes(4));
    assertThat(get("one")).containsExactly(ONE);
    pass(Duration.ofMinutes(1));
    assertThat(get("one")).isEmpty();
  }

  @Test
  void issuerThatIsDown_isAskedOnlySoOften() {
    down = true;
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> get("one")).isInstanceOf(RemoteKeySourceException.class);
    }
    assertThat(fetches).isEqualTo(3);
  }

  @Test
  void keys_areKeptForAnHourWhileTheIssuerIsDown() throws Exception {
    assertThat(get("one")).containsExactly(ONE);
    down = true;
    pass(Duration.ofMinutes(59));
    assertThat(get("one")).containsExactly(ONE);
    pass(Duration.ofMinutes(1));
    assertThatThrownBy(() -> get("one")).isInstanceOf(RemoteKeySourceException.class);
    down = false;
    pass(Duration.ofSeconds(10));
    assertThat(get("one")).containsExactly(ONE);
  }
}
