package io.varve.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

/** A test of the whole server, on a free port and an empty store. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    // It would say of every raw value that there is nothing to validate.
    properties = "logging.level.com.atlassian.oai.validator=warn")
@ContextConfiguration(initializers = EmptyStore.class)
@Import(TestFaults.class)
public @interface VarveServer {}
