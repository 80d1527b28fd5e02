/**
 * The Grafana dashboard as a program, and tests of what operators are given: dashboard, alert
 * rules, runbooks.
 */
@NullMarked
package io.varve.dashboard;

import org.jspecify.annotations.NullMarked;
