package io.varve.config;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why the store could not be opened and what to do, in place of a stack trace. */
final class StoreOpenFailureAnalyzer extends AbstractFailureAnalyzer<StoreException> {
  private static final Map<ErrorCode, String> ACTIONS =
      Map.of(
          ErrorCode.DATA_DIRECTORY_NOT_WRITABLE,
          "Let the user that runs Varve write to the directory, or set varve.data-dir"
              + " (VARVE_DATA_DIR) to another one.",
          ErrorCode.NOT_A_VARVE_STORE,
          "Set varve.data-dir (VARVE_DATA_DIR) to an empty directory or to a Varve store. Nothing"
              + " was changed.",
          ErrorCode.UNKNOWN_FORMAT,
          "Start the version of Varve that wrote the store, or set varve.data-dir"
              + " (VARVE_DATA_DIR) to another one. Nothing was changed.",
          ErrorCode.STORE_LOCKED,
          "Stop the other process or application context, or set varve.data-dir (VARVE_DATA_DIR) to"
              + " another directory.",
          ErrorCode.STORAGE_CORRUPTED,
          "Start once with --varve.restore= and the name of a checkpoint. Keep a copy of the"
              + " damaged directory until that is done.",
          ErrorCode.CHECKPOINT_NOT_FOUND,
          "Set varve.restore (VARVE_RESTORE) to the name of a directory in varve.checkpoint.dir, or"
              + " remove it to start with the store as it is. Nothing was changed.",
          ErrorCode.CHECKPOINT_DAMAGED,
          "Set varve.restore (VARVE_RESTORE) to another checkpoint, or remove it to start with the"
              + " store as it is. Nothing was changed.",
          ErrorCode.STORAGE_IO,
          "Look into the system's log for errors of the disk, and check that it is not full.");

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, StoreException cause) {
    String action = ACTIONS.get(cause.code());
    return action == null ? null : new FailureAnalysis(cause.detail(), action, cause);
  }
}
