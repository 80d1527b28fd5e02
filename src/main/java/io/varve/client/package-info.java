/**
 * A Java client on the JDK's own {@link java.net.http.HttpClient}. It knows the HTTP API and
 * nothing of the server's classes; besides the JDK it needs Jackson alone.
 *
 * <p>Begin at {@link io.varve.client.VarveClient}.
 */
@NullMarked
package io.varve.client;

import org.jspecify.annotations.NullMarked;
