/**
 * What Varve asks of a storage engine: ordered column families, atomic logged writes, ingestion of
 * sorted data, cursors. Knows neither revisions nor transactions, nor any engine.
 */
@NullMarked
package io.varve.storage;

import org.jspecify.annotations.NullMarked;
