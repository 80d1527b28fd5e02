package io.varve.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs one workload: a worker for each system, round by round in turn. */
final class WorkloadRun implements AutoCloseable {
  private final Workload workload;
  private final Plan plan;
  private final RunDirectory directory;
  private final List<Member> members = new ArrayList<>();

  /**
   * How to run it.
   *
   * @param threads for all systems, or empty for those of the workload
   * @param entries of a load
   */
  record Plan(
      List<ContenderKind> systems,
      int rounds,
      int seconds,
      List<Integer> threads,
      int entries,
      List<String> jvmOptions) {}

  /** One system and its worker. */
  private record Member(
      ContenderKind kind,
      WorkerProcess worker,
      Path store,
      Map<String, String> settings,
      List<Integer> threads,
      List<List<Round>> rounds) {}

  private WorkloadRun(Workload workload, Plan plan, RunDirectory directory) {
    this.workload = workload;
    this.plan = plan;
    this.directory = directory;
  }

  static Comparison run(Workload workload, Plan plan, RunDirectory directory, Freezer freezer)
      throws IOException {
    try (WorkloadRun run = new WorkloadRun(workload, plan, directory)) {
      for (ContenderKind kind : plan.systems()) {
        run.join(kind, freezer);
      }
      for (int round = -workload.warmUpRounds(); round < plan.rounds(); round++) {
        run.round(round);
      }
      return run.result();
    }
  }

  private void join(ContenderKind kind, Freezer freezer) throws IOException {
    WorkerProcess worker = WorkerProcess.start(plan.jvmOptions(), freezer);
    boolean increments = workload.shape == Workload.Shape.INCREMENTS;
    List<Integer> threads =
        increments && !plan.threads().isEmpty() ? plan.threads() : workload.threads(kind);
    List<List<Round>> rounds = new ArrayList<>();
    threads.forEach(_ -> rounds.add(new ArrayList<>()));
    Path store = directory.next();
    var open = new Command.Open(kind, store, workload.durability);
    Answer.Opened opened = worker.ask(open, Answer.Opened.class);
    members.add(new Member(kind, worker, store, opened.settings(), threads, rounds));
    if (increments) {
      worker.ask(new Command.Load(0, Workload.KEYS), Answer.Done.class);
    } else {
      worker.ask(new Command.Close(), Answer.Done.class);
    }
  }

  /** One round of everybody. Those below zero warm up. */
  private void round(int number) throws IOException {
    for (Member member : members) {
      for (int i = 0; i < member.threads().size(); i++) {
        Round round = round(member, member.threads().get(i), number);
        if (number >= 0) {
          member.rounds().get(i).add(round);
        }
      }
    }
  }

  private Round round(Member member, int threads, int number) throws IOException {
    return switch (workload.shape) {
      case INCREMENTS -> {
        KeyChoice keys = new KeyChoice(Workload.KEYS, workload == Workload.HOT);
        long seed = number + 1L;
        var command = new Command.Increment(keys, threads, plan.seconds(), seed);
        yield member.worker().ask(command, Round.class);
      }
      case BULK -> bulk(member, Workload.BULK_ENTRIES, plan.seconds());
      case LOAD -> bulk(member, plan.entries(), 0);
      case DURABILITY -> throw new IllegalArgumentException("a check has no rounds");
    };
  }

  private Round bulk(Member member, int entries, int seconds) throws IOException {
    boolean load = workload.shape == Workload.Shape.LOAD;
    var command =
        new Command.Bulk(
            member.kind(), directory.next(), workload.durability, entries, load, seconds);
    return member.worker().ask(command, Round.class);
  }

  private Comparison result() {
    List<Comparison.Series> series = new ArrayList<>();
    for (Member member : members) {
      for (int i = 0; i < member.threads().size(); i++) {
        series.add(
            new Comparison.Series(
                member.kind(), member.threads().get(i), member.settings(), member.rounds().get(i)));
      }
    }
    boolean increments = workload.shape == Workload.Shape.INCREMENTS;
    int entries = workload.shape == Workload.Shape.LOAD ? plan.entries() : Workload.BULK_ENTRIES;
    return new Comparison(
        workload.label,
        workload.durability.name(),
        plan.rounds(),
        workload.shape == Workload.Shape.LOAD ? 0 : plan.seconds(),
        increments ? 0 : entries,
        Comparison.rows(series));
  }

  @Override
  public void close() throws IOException {
    for (Member member : members) {
      member.worker().close();
      RunDirectory.delete(member.store());
    }
  }
}
