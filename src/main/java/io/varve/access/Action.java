package io.varve.access;

/** What somebody may be allowed to do with a range of keys, or with the service as a whole. */
public enum Action {
  /** Read keys: values, versions, and whether they are there. */
  READ("read"),
  /** Write and delete keys. What a write answers tells what was there, so it takes reading too. */
  WRITE("write"),
  /** Run the service: flush, prune, compact, checkpoints, holds. Of the service as a whole. */
  ADMINISTER("administer"),
  /** Look at how the service does: status and metrics. Of the service as a whole. */
  OBSERVE("observe");

  private final String verb;

  Action(String verb) {
    this.verb = verb;
  }

  /** The verb for messages and the audit log. */
  public String verb() {
    return verb;
  }
}
