package io.varve.web;

/** An answer that may be large, so that its JSON is written on a pool before any of it is sent. */
interface PooledAnswer {}
