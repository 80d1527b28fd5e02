package io.varve.web;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Turns page tokens into text that only this store can make, and only for one caller. Thread-safe.
 */
public final class PageTokens {
  /*
   * The text is base64url of the token and its HMAC-SHA256:
   *
   *   | format, 1 byte | direction, 1 | store id, 8 | revision, 8 | scope | whole range | rest |
   *   | HMAC, 32 |
   *
   * The HMAC is also over whose token it is, so that nobody can go on with the scan of another.
   * The scope is its length in 2 bytes and its characters.
   * A range is its two ends, each with its length, -1 for none. The ends that rest shares with the
   * whole are there twice; that is simpler than to leave them out.
   */
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final byte FORMAT = 2;
  private static final int NO_KEY = -1;

  private final Supplier<byte[]> secret;

  /** Signs with the {@code secret} of the store in use. */
  public PageTokens(Supplier<byte[]> secret) {
    this.secret = secret;
  }

  /** The text of a token for the caller with this id. */
  String encode(PageToken token, String owner) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeBoolean(token.reverse());
      out.writeLong(HexFormat.fromHexDigitsToLong(token.storeId().text()));
      out.writeLong(token.revision().value());
      out.writeUTF(token.scope());
      write(out, token.whole());
      write(out, token.rest());
      out.write(mac(owner, bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64Url.encode(bytes.toByteArray());
  }

  /** The token that {@code text} is for this caller; throws {@code INVALID_PAGE_TOKEN}. */
  PageToken decode(String text, String owner) {
    byte[] bytes = Base64Url.decode(text);
    if (bytes == null || bytes.length <= MAC_BYTES) {
      throw invalid();
    }
    byte[] content = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
    byte[] mac = Arrays.copyOfRange(bytes, content.length, bytes.length);
    if (!MessageDigest.isEqual(mac(owner, content), mac)) {
      throw invalid();
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
      if (in.readByte() != FORMAT) {
        throw invalid();
      }
      boolean reverse = in.readBoolean();
      StoreId storeId = StoreId.of(in.readLong());
      Revision revision = new Revision(in.readLong());
      String scope = in.readUTF();
      return new PageToken(storeId, revision, scope, reverse, readRange(in), readRange(in));
    } catch (IOException e) {
      throw new UncheckedIOException("a token with our signature is ours", e);
    }
  }

  private static StoreException invalid() {
    return StoreErrors.invalidPageToken(
        "This page token was not issued by this store, or to somebody else. Begin again without"
            + " one.");
  }

  private byte[] mac(String owner, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.get(), ALGORITHM));
      byte[] whose = owner.getBytes(StandardCharsets.UTF_8);
      // With its length, so that no two pairs read the same.
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(whose.length).array());
      mac.update(whose);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  private static void write(DataOutputStream out, KeyRange range) throws IOException {
    write(out, range.start());
    write(out, range.end());
  }

  private static void write(DataOutputStream out, @Nullable Key key) throws IOException {
    if (key == null) {
      out.writeInt(NO_KEY);
    } else {
      out.writeInt(key.length());
      out.write(key.array());
    }
  }

  private static KeyRange readRange(DataInputStream in) throws IOException {
    return new KeyRange(readKey(in), readKey(in));
  }

  private static @Nullable Key readKey(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == NO_KEY) {
      return null;
    }
    return Key.wrap(in.readNBytes(length));
  }
}
