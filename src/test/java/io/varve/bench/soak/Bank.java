package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Accounts between which money moves: their total is the same in every state of the store. */
final class Bank {
  private static final int ACCOUNTS = 100;
  private static final long OPENING_BALANCE = 1_000;
  private static final int LARGEST_TRANSFER = 50;

  private final String prefix;
  private final WrongAnswers wrong;

  Bank(String prefix, WrongAnswers wrong) {
    this.prefix = prefix;
    this.wrong = wrong;
  }

  String account(int number) {
    return String.format(Locale.ROOT, "%s%03d", prefix, number);
  }

  List<Change> opening() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      changes.add(new Change.Put(account(i), Long.toString(OPENING_BALANCE)));
    }
    return changes;
  }

  /** Moves some money; false if there was not enough of it. */
  boolean transfer(SoakView view, RandomGenerator random) {
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = 1L + random.nextInt(LARGEST_TRANSFER);
    long source = balance(view.get(account(from)));
    long sink = balance(view.get(account(to)));
    if (source < amount) {
      view.put(account(from), Long.toString(source));
      return false;
    }
    view.put(account(from), Long.toString(source - amount));
    view.put(account(to), Long.toString(sink + amount));
    return true;
  }

  private static long balance(@Nullable Stored account) {
    return Long.parseLong(Objects.requireNonNull(account, "account is gone").value());
  }

  /** A snapshot was read. */
  void check(Snapshot snapshot) {
    long total = 0;
    int accounts = 0;
    for (Stored entry : snapshot.entries()) {
      if (entry.key().startsWith(prefix)) {
        long balance = Long.parseLong(entry.value());
        if (balance < 0) {
          wrong.add("overdrawn", entry + " at " + snapshot.revision());
        }
        total += balance;
        accounts++;
      }
    }
    if (accounts != ACCOUNTS || total != ACCOUNTS * OPENING_BALANCE) {
      wrong.add(
          "bank total",
          accounts + " accounts hold " + total + " at revision " + snapshot.revision());
    }
  }
}
