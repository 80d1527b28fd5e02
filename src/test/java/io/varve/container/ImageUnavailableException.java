package io.varve.container;

/** The tests of the image cannot run; the message says what is missing. */
final class ImageUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImageUnavailableException(String message) {
    super(message);
  }
}
