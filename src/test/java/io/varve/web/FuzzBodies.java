package io.varve.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bodies that clients might send, and what broken or hostile ones make of them. For one thread. */
final class FuzzBodies {
  private static final String NL = "\n";

  static final List<String> TXN =
      List.of(
          "{\"compare\":[{\"key\":\"f/a\",\"exists\":true},{\"key\":\"f/b\",\"revision\":{\"ge\":0}},"
              + "{\"key\":\"f/c\",\"value\":{\"ne\":\"x\"}}],\"success\":[{\"get\":{\"key\":\"f/a\"}},"
              + "{\"put\":{\"key\":\"f/b\",\"value\":\"2\",\"contentType\":\"text/plain\"}},"
              + "{\"delete\":{\"key\":\"f/c\"}},{\"scan\":{\"prefix\":\"f/\",\"limit\":10,"
              + "\"reverse\":true,\"keysOnly\":false}},{\"add\":{\"key\":\"f/n\",\"delta\":1}}],"
              + "\"failure\":[{\"get\":{\"key\":\"f/b\"}}],\"label\":\"fuzz\"}",
          "{\"success\":[{\"put\":{\"key\":{\"base64\":\"/wAB\"},\"value\":{\"base64\":\"AAD/\"}}},"
              + "{\"scan\":{\"start\":\"f/\",\"end\":\"f0\"}},{\"get\":{\"key\":{\"base64\":\"/wAB\"}}}]}",
          "{\"success\":[{\"add\":{\"key\":\"f/n\",\"delta\":9223372036854775807}}]}",
          "{}");

  static final List<String> BATCH =
      List.of(
          "{\"operations\":[{\"put\":{\"key\":\"f/a\",\"value\":\"1\"}},{\"delete\":{\"key\":\"f/b\"}},"
              + "{\"put\":{\"key\":{\"base64\":\"AA==\"},\"value\":\"\"}}],\"label\":\"fuzz\"}");

  static final List<String> OPERATIONS =
      List.of(
          "{\"operations\":[{\"get\":{\"key\":\"f/a\"}},{\"put\":{\"key\":\"f/t\",\"value\":\"1\"}},"
              + "{\"delete\":{\"key\":\"f/b\"}},{\"scan\":{\"prefix\":\"f/\",\"limit\":5}},"
              + "{\"add\":{\"key\":\"f/n\",\"delta\":-1}}]}");

  static final List<String> BEGIN =
      List.of(
          "",
          "{}",
          "{\"isolation\":\"SNAPSHOT\",\"timeout\":\"PT0.5S\",\"label\":\"fuzz\"}",
          "{\"readOnly\":true,\"revision\":1}",
          "{\"isolation\":\"SERIALIZABLE\",\"readOnly\":false,\"timeout\":\"PT1S\"}");

  static final List<String> BULK =
      List.of(
          "{\"put\":{\"key\":\"f/l1\",\"value\":\"1\"}}"
              + NL
              + "{\"delete\":{\"key\":\"f/l2\"}}"
              + NL
              + NL
              + "{\"put\":{\"key\":{\"base64\":\"/w==\"},\"value\":{\"base64\":\"AAE=\"}}}"
              + NL);

  static final List<String> PRUNE =
      List.of(
          "",
          "{\"keepVersions\":1000,\"keepAge\":\"PT1H\",\"dryRun\":true}",
          "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");

  static final List<String> VALUES = List.of("", "value", "12", "{\"a\":1}");

  /** Each stands where something else was, or between. */
  private static final String[] ODD = {
    "null",
    "true",
    "0.5",
    "-1",
    "-0",
    "1e400",
    "1E2",
    "NaN",
    "3000000000",
    "9223372036854775807",
    "9223372036854775808",
    "9007199254740993",
    "1".repeat(1200),
    "[]",
    "{}",
    "[".repeat(1500),
    "{\"a\":".repeat(1200),
    "[".repeat(600) + "]".repeat(600),
    "\"\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "\0",
    "\u00ff\u00fe",
    "\u00ef\u00bb\u00bf",
    "\u00ed\u00a0\u0080",
    "\u00c0\u0080",
    "{\"base64\":\"AA==\"}",
    "{\"base64\":\"A\"}",
    "{\"base64\":7}",
    "{\"base64\":\"AA==\",\"x\":1}",
    "\"" + "k".repeat(5_000) + "\"",
    "\"" + "v".repeat(40_000) + "\"",
    "\"PT0S\"",
    "\"-PT1S\"",
    "\"P99999999999D\"",
    "\"READ_ONLY\"",
    "0",
    "1",
    "2",
    "/* */",
    "'x'",
    "\\",
    "\"",
    ",",
    "}",
    NL
  };

  private final Random random;

  FuzzBodies(Random random) {
    this.random = random;
  }

  /** One of them, as it is or spoilt. */
  byte[] of(List<String> templates) {
    String text = templates.get(random.nextInt(templates.size()));
    byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
    if (random.nextInt(10) < 4) {
      return body;
    }
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      body = spoil(body);
    }
    return body;
  }

  byte[] spoil(byte[] body) {
    int from = random.nextInt(body.length + 1);
    int upTo = Math.min(body.length, from + random.nextInt(20));
    byte[] odd = ODD[random.nextInt(ODD.length)].getBytes(StandardCharsets.ISO_8859_1);
    return switch (random.nextInt(9)) {
      case 0 -> flip(body);
      case 1 -> Arrays.copyOf(body, from);
      case 2 -> replace(body, from, upTo, new byte[0]);
      case 3 -> replace(body, from, from, Arrays.copyOfRange(body, from, upTo));
      case 4 -> replace(body, from, from, odd);
      case 5 -> dropOrDouble(body);
      default -> inPlaceOfAValue(body, odd);
    };
  }

  private byte[] flip(byte[] body) {
    byte[] flipped = body.clone();
    for (int i = 0; i < 3 && body.length > 0; i++) {
      flipped[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    return flipped;
  }

  private static byte[] replace(byte[] body, int from, int upTo, byte[] other) {
    var made = new ByteArrayOutputStream();
    made.write(body, 0, from);
    made.writeBytes(other);
    made.write(body, upTo, body.length - upTo);
    return made.toByteArray();
  }

  /** A whole field or element, with the comma after it. */
  private byte[] dropOrDouble(byte[] body) {
    int from = startOfAPart(body);
    int upTo = endOfPart(body, from);
    if (upTo < body.length && body[upTo] == ',') {
      upTo++;
    }
    byte[] part = Arrays.copyOfRange(body, from, upTo);
    return random.nextBoolean()
        ? replace(body, from, upTo, new byte[0])
        : replace(body, from, from, part);
  }

  /** What follows a colon, a bracket or a comma. */
  private byte[] inPlaceOfAValue(byte[] body, byte[] odd) {
    int from = startOfAPart(body);
    int upTo = endOfPart(body, from);
    for (int at = from; at < upTo; at++) {
      if (body[at] == ':') {
        from = at + 1;
        break;
      }
    }
    return replace(body, from, upTo, odd);
  }

  private int startOfAPart(byte[] body) {
    int at = random.nextInt(body.length + 1);
    while (at > 0 && "{[,".indexOf(body[at - 1]) < 0) {
      at--;
    }
    return at;
  }

  private static int endOfPart(byte[] body, int from) {
    int depth = 0;
    for (int at = from; at < body.length; at++) {
      if ("{[".indexOf(body[at]) >= 0) {
        depth++;
      } else if ("}]".indexOf(body[at]) >= 0 && --depth < 0) {
        return at;
      } else if (body[at] == ',' && depth == 0) {
        return at;
      }
    }
    return body.length;
  }
}
