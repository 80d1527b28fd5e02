package io.varve.bench;

import java.util.List;

/**
 * The file that {@code open} writes.
 *
 * @param records commits in the log
 * @param unflushed opening a store that has to replay all of them
 * @param flushed opening one that has to replay none
 */
record OpenReport(
    String date,
    String commandLine,
    Machine machine,
    List<String> jvmOptions,
    int records,
    List<OpeningTime> unflushed,
    List<OpeningTime> flushed) {}
