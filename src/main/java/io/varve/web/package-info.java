/**
 * The HTTP interface: one controller per resource, which translates and does not decide. All errors
 * leave through one place, as RFC 9457 problems.
 */
@NullMarked
package io.varve.web;

import org.jspecify.annotations.NullMarked;
