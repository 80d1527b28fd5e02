package io.varve.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Who may call a method of the API. A method that does not say so is open to nobody. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@interface Guarded {
  /** What it takes. */
  By value();

  /** What a call takes. */
  enum By {
    /** The method asks its caller for each operation on keys, or for what is his. */
    OPERATION,
    /** Administering the service. */
    ADMINISTER,
    /** Observing the service. */
    OBSERVE,
    /** Nothing but to be known. */
    CALLER
  }
}
