package io.varve.config;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The least that a {@link DataSize} may be. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = MinSize.Validator.class)
@interface MinSize {
  /** The size, for instance {@code 64KB}. */
  String value();

  /** What the operator is told. */
  String message() default "must be at least {value}";

  /** Not used. */
  Class<?>[] groups() default {};

  /** Not used. */
  Class<? extends Payload>[] payload() default {};

  /** Compares. */
  final class Validator implements ConstraintValidator<MinSize, DataSize> {
    private DataSize least = DataSize.ofBytes(0);

    @Override
    public void initialize(MinSize constraint) {
      least = DataSize.parse(constraint.value());
    }

    @Override
    public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
      return size == null || size.compareTo(least) >= 0;
    }
  }
}
