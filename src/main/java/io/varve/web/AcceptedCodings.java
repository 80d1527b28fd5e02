package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;
import org.springframework.http.HttpHeaders;

/**
 * How welcome an answer is in gzip and as it is, from 0 to 1 (RFC 9110, section 12.5.3).
 *
 * @param gzip the quality of gzip, 0 where it is not mentioned
 * @param identity the quality of no coding
 */
record AcceptedCodings(double gzip, double identity) {
  private static final double UNNAMED = -1;

  /** What a request says; without the header, or with one that cannot be read, no coding. */
  static AcceptedCodings of(HttpServletRequest request) {
    return parse(
        String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING))));
  }

  static AcceptedCodings parse(String header) {
    double gzip = UNNAMED;
    double identity = UNNAMED;
    double others = UNNAMED;
    for (String part : header.split(",", -1)) {
      String[] halves = part.split(";", 2);
      double quality = halves.length == 1 ? 1 : quality(halves[1]);
      switch (halves[0].strip().toLowerCase(Locale.ROOT)) {
        case "gzip", "x-gzip" -> gzip = Math.max(gzip, quality);
        case "identity" -> identity = quality;
        case "*" -> others = quality;
        default -> {}
      }
    }
    return new AcceptedCodings(Math.max(0, gzip == UNNAMED ? others : gzip), Math.max(0, identity));
  }

  /** Of a parameter as it should be, {@code q=0.5}; else 0. */
  private static double quality(String parameter) {
    String text = parameter.strip().toLowerCase(Locale.ROOT).replaceFirst("^q\\s*=\\s*", "");
    return text.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 0;
  }

  /** Whether gzip is taken, and no coding is not preferred by name. */
  boolean isGzipWelcome() {
    return gzip > 0 && gzip >= identity;
  }
}
