package io.varve.client;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What shows the server who calls. No message and no text of it holds a token. */
final class BearerToken {
  /** RFC 6750, section 2.1. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final String RULE =
      "must consist of letters, digits and -._~+/, as a bearer token does";

  private final Supplier<String> source;

  private BearerToken(Supplier<String> source) {
    this.source = source;
  }

  /** The same token with every request. */
  static BearerToken of(String token) {
    if (!FORM.matcher(token).matches()) {
      throw new IllegalArgumentException("token " + RULE);
    }
    return new BearerToken(() -> token);
  }

  /** A token that is asked for with every request. */
  static BearerToken from(Supplier<String> source) {
    return new BearerToken(source);
  }

  /**
   * The value of the header {@code Authorization}.
   *
   * @throws VarveException if there is no token that a header can carry; the request is not sent
   */
  String header() {
    String token;
    try {
      token = source.get();
    } catch (RuntimeException e) {
      throw missing("the source of the token has failed.", e);
    }
    if (token == null || !FORM.matcher(token).matches()) {
      throw missing("a token " + RULE + ".", null);
    }
    return "Bearer " + token;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "BearerToken";
  }

  private static VarveException missing(String why, @Nullable RuntimeException cause) {
    Problem problem = Problem.of(0, Problem.NO_TOKEN, "Nothing was sent: " + why, false);
    return new VarveException(problem, Fate.REFUSED, cause);
  }
}
