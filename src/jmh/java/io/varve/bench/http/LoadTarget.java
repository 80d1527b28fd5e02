package io.varve.bench.http;

import java.util.Collections;

/** The servers that can be asked: how, and what a good answer is. */
enum LoadTarget {
  /** Varve. */
  VARVE("varve", FieldEncoding.PLAIN) {
    @Override
    RequestText request(LoadWorkload workload, int batchEntries) {
      return switch (workload) {
        case GET_PUT -> txn("{\"get\":{\"key\":\"" + K + "\"}}," + PUT);
        case GET -> new RequestText("GET", "/v1/kv/" + K, null, "");
        case PUT -> new RequestText("PUT", "/v1/kv/" + K, "text/plain", V);
        case BULK -> txn(list(batchEntries, PUT));
      };
    }

    private static RequestText txn(String operations) {
      return RequestText.post("/v1/txn", "{\"success\":[" + operations + "]}");
    }

    @Override
    ExpectedAnswer answer(LoadWorkload workload, int valueBytes) {
      String begin = "{\"succeeded\":true,\"revision\":";
      String put = "{\"put\":{\"revision\":";
      return switch (workload) {
        case GET_PUT -> ExpectedAnswer.withParts(begin, "\"entry\":{\"key\":\"", K, put, "}}]}");
        case GET -> ExpectedAnswer.ofLength(valueBytes);
        case PUT -> ExpectedAnswer.withParts("{\"revision\":");
        case BULK -> ExpectedAnswer.withParts(begin, put, "}}]}");
      };
    }
  },

  /** The JSON gateway of etcd 3.4 and later. */
  ETCD("etcd", FieldEncoding.BASE64) {
    @Override
    RequestText request(LoadWorkload workload, int batchEntries) {
      String range = "{\"key\":\"" + K + "\"}";
      String put = "{\"key\":\"" + K + "\",\"value\":\"" + V + "\"}";
      String putRequest = "{\"requestPut\":" + put + "}";
      return switch (workload) {
        case GET_PUT -> txn("{\"requestRange\":" + range + "}," + putRequest);
        case GET -> RequestText.post("/v3/kv/range", range);
        case PUT -> RequestText.post("/v3/kv/put", put);
        case BULK -> txn(list(batchEntries, putRequest));
      };
    }

    private static RequestText txn(String operations) {
      return RequestText.post("/v3/kv/txn", "{\"success\":[" + operations + "]}");
    }

    @Override
    ExpectedAnswer answer(LoadWorkload workload, int valueBytes) {
      String succeeded = "\"succeeded\":true";
      String found = "\"kvs\":[{\"key\":\"";
      String put = "\"response_put\":";
      return switch (workload) {
        case GET_PUT -> ExpectedAnswer.withParts(succeeded, found, K, put);
        case GET -> ExpectedAnswer.withParts(found, K);
        case PUT -> ExpectedAnswer.withParts("\"revision\":");
        case BULK -> ExpectedAnswer.withParts(succeeded, put);
      };
    }
  };

  private static final String K = String.valueOf(RequestText.KEY);
  private static final String V = String.valueOf(RequestText.VALUE);
  private static final String PUT = "{\"put\":{\"key\":\"" + K + "\",\"value\":\"" + V + "\"}}";

  private final String label;
  private final FieldEncoding encoding;

  LoadTarget(String label, FieldEncoding encoding) {
    this.label = label;
    this.encoding = encoding;
  }

  /** The request of a workload; {@code batchEntries} is for bulk. */
  abstract RequestText request(LoadWorkload workload, int batchEntries);

  /** What the body of a good answer to it looks like. */
  abstract ExpectedAnswer answer(LoadWorkload workload, int valueBytes);

  /** How keys and values stand in requests and answers. */
  FieldEncoding encoding() {
    return encoding;
  }

  private static String list(int times, String element) {
    return String.join(",", Collections.nCopies(times, element));
  }

  @Override
  public String toString() {
    return label;
  }
}
