package io.varve.web;

import java.time.Duration;

/**
 * What is asked of a request before anybody looks at what it wants.
 *
 * @param loopbackOnly whether it must have come by a name of this machine, since nothing else keeps
 *     strangers out
 * @param bodyTimeout how long its body may take
 */
public record EdgeSettings(boolean loopbackOnly, Duration bodyTimeout) {}
