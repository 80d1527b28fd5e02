package io.varve.authentication;

/**
 * Which claims of a token tell who its owner is and what he may do.
 *
 * @param principal who he is, within the issuer
 * @param roles his roles: a list, or a text with spaces between them. A name with dots that is no
 *     claim itself leads into nested ones
 * @param rolesPrefix what roles of this service begin with, where the claim has those of others too
 * @param prefixes what the keys begin with that he is limited to: a list, or a text that is one
 * @param writePrefixes the same for what he may write, where that is less
 * @param prefixesRequired whether a token that lacks the claim of prefixes gives access to no keys,
 *     rather than to all of them
 */
public record JwtClaims(
    String principal,
    String roles,
    String rolesPrefix,
    String prefixes,
    String writePrefixes,
    boolean prefixesRequired) {}
