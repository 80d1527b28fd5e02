package io.varve.web;

import java.time.Duration;

/**
 * How many calls of each kind run at a time.
 *
 * @param reads of a few keys
 * @param writes that are committed
 * @param scans pages
 * @param streams scans that are streamed
 * @param bulkLoads streams of writes
 * @param waiting calls of each kind that may wait for their turn
 * @param maxWait how long they wait
 */
public record ConcurrencySettings(
    int reads, int writes, int scans, int streams, int bulkLoads, int waiting, Duration maxWait) {}
