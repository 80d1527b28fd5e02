package io.varve.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Ends this process with the one that started it. A worker sees the end of its input, but not while
 * it is frozen, and one that nobody continues would stay for ever.
 */
final class ParentDeath {
  private static final int PR_SET_PDEATHSIG = 1;
  private static final long SIGKILL = 9;

  private ParentDeath() {}

  /**
   * Asks Linux for a signal at the end of the thread that started this process. Elsewhere, and
   * where it is refused, the end of the input has to do.
   */
  @SuppressWarnings("restricted")
  static void killsThisProcess() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle prctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      int refused = (int) prctl.invokeExact(PR_SET_PDEATHSIG, SIGKILL);
      if (refused != 0) {
        System.err.println("This worker may stay when its parent is killed: prctl refused.");
      }
    } catch (Throwable e) {
      System.err.println("This worker may stay when its parent is killed: " + e);
    }
  }
}
