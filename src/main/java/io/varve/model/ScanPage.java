package io.varve.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a scan.
 *
 * @param entries the entries, in the order of the scan
 * @param rest the range that is still to be scanned, or null where nothing is left
 */
public record ScanPage(List<Entry> entries, @Nullable KeyRange rest) {}
