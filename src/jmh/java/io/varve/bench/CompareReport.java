package io.varve.bench;

import java.util.List;

/**
 * The file that {@code compare} writes.
 *
 * @param frozen whether each system stood still while another one was measured
 */
record CompareReport(
    String date,
    String commandLine,
    Machine machine,
    List<String> jvmOptions,
    boolean frozen,
    List<Comparison> workloads,
    List<DurabilityCheck.Result> durability) {}
