import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import varve.generated.ApiClient;
import varve.generated.ApiException;
import varve.generated.api.BatchAndBulkApi;
import varve.generated.api.KeysApi;
import varve.generated.api.TransactionsApi;
import varve.generated.model.Base64Bytes;
import varve.generated.model.BatchAnswer;
import varve.generated.model.BatchRequest;
import varve.generated.model.Bytes;
import varve.generated.model.Entry;
import varve.generated.model.KeyOperand;
import varve.generated.model.Operation;
import varve.generated.model.Put;
import varve.generated.model.TxnAnswer;
import varve.generated.model.TxnRequest;

/** Reads, writes and loads with the generated Java client. */
public final class Exercise {
  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static File file(byte[] bytes) throws IOException {
    Path file = Files.createTempFile(Path.of("."), "value", ".bin");
    file.toFile().deleteOnExit();
    return Files.write(file, bytes).toFile();
  }

  /** The client writes what it reads to a temporary file. */
  private static byte[] bytes(File file) throws IOException {
    byte[] bytes = Files.readAllBytes(file.toPath());
    Files.delete(file.toPath());
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static void main(String[] args) throws Exception {
    ApiClient client = new ApiClient().setBasePath(args[0]).setTempFolderPath(args[1]);
    KeysApi keys = new KeysApi(client);
    BatchAndBulkApi many = new BatchAndBulkApi(client);
    TransactionsApi transactions = new TransactionsApi(client);

    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    Map<String, byte[]> values =
        Map.of(
            "java/users/42", everyByte,
            "java/text", utf8("Grüße"),
            "java/json", utf8("{\"name\": \"Ada\"}"));
    for (Map.Entry<String, byte[]> value : values.entrySet()) {
      keys.putKey(value.getKey(), file(value.getValue()), null, null, null);
      byte[] read = bytes(keys.getKey(value.getKey(), null, null, null, null, null));
      check(Arrays.equals(read, value.getValue()), "the bytes of " + value.getKey());
    }

    Entry entry = keys.getEntry("java/text", null, null, null, null);
    check(entry.getValue().getActualInstance().equals("Grüße"), "the value of an entry");
    check(entry.getRevision() > 0, "the revision of an entry");
    Bytes base64 = keys.getEntry("java/users/42", null, null, null, null).getValue();
    check(base64.getActualInstance() instanceof Base64Bytes, "bytes that are not UTF-8");

    Bytes key = new Bytes("java/a");
    TxnAnswer done =
        transactions.runTransaction(
            new TxnRequest()
                .success(
                    List.of(
                        new Operation().put(new Put().key(key).value(new Bytes("1"))),
                        new Operation().get(new KeyOperand().key(key)))),
            null);
    check(
        done.getResults().get(1).getGet().getEntry().getValue().getActualInstance().equals("1"),
        "a read of a transaction");

    BatchAnswer batch =
        many.runBatch(
            new BatchRequest()
                .operations(List.of(new Operation().delete(new KeyOperand().key(key)))),
            null);
    check(batch.getRevision() > done.getRevision(), "the revision of a batch");

    StringBuilder lines = new StringBuilder();
    for (int n = 0; n < 100; n++) {
      lines.append("{\"put\":{\"key\":\"java/bulk/" + n + "\",\"value\":\"" + n + "\"}}\n");
    }
    byte[] answer = bytes(many.bulkLoad(file(utf8(lines.toString())), null, null));
    check(
        new String(answer, StandardCharsets.UTF_8).contains("\"operations\":100"),
        "the last line of a load");
    byte[] loaded = bytes(keys.getKey("java/bulk/99", null, null, null, null, null));
    check(Arrays.equals(loaded, utf8("99")), "a loaded value");

    check(keys.deleteKey("java/users/42", null, null, null).getDeleted(), "a delete");
    int status = 200;
    try {
      keys.getKey("java/users/42", null, null, null, null, null);
    } catch (ApiException e) {
      status = e.getCode();
    }
    check(status == 404, "the status of a deleted key");
  }
}
