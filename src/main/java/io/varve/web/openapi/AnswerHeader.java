package io.varve.web.openapi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A header that some of an operation's answers have, beside those that every answer has. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(AnswerHeaders.class)
public @interface AnswerHeader {
  /** Its name, which is that of a header in {@link CommonHeaders}. */
  String name();

  /** The statuses of the answers that have it. */
  int[] on();
}
