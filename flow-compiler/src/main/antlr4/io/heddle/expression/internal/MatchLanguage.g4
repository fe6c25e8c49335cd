// Match expressions as ovn-sb(5) describes them for Logical_Flow's "match". One token decides every
// step, so that reading takes time in proportion to the text.
grammar MatchLanguage;

match: expression EOF;

// That && and || do not mix is said later, in words.
expression: operand ((AND | OR) operand)*;

operand: NOT? primary;

primary
    : '(' expression ')'          # nested
    | field (relation values)?    # fieldFirst
    | values (relation field (relation values)?)?    # valuesFirst
    ;

field: Name ('[' Decimal ('..' Decimal)? ']')?;

relation: '==' | '!=' | '<' | '<=' | '>' | '>=';

values: constant | '{' constant (','? constant)* ','? '}';

constant: Text | AddressSet | PortGroup | number ('/' number)?;

number: Decimal | Hexadecimal | Mac | Ipv4 | Ipv6;

AND: '&&';
OR: '||';
NOT: '!';

Decimal: '0' | [1-9] [0-9]*;
Hexadecimal: '0' [xX] [0-9a-fA-F]+;
Mac: Octet ':' Octet ':' Octet ':' Octet ':' Octet ':' Octet;
Ipv4: [0-9]+ '.' [0-9]+ '.' [0-9]+ '.' [0-9]+;
// Whatever looks like one; what it is worth is found out later.
Ipv6: [0-9a-fA-F]* ':' [0-9a-fA-F:]+ ([0-9]+ '.' [0-9]+ '.' [0-9]+ '.' [0-9]+)?;

Name: Letter LetterOrDigit*;
AddressSet: '$' (Letter | '.') LetterOrDigit*;
PortGroup: '@' (Letter | '.') LetterOrDigit*;
Text: '"' (~["\\\r\n] | '\\' ["\\])* '"';

Space: [ \t\r\n]+ -> skip;
Comment: '//' ~[\r\n]* -> skip;
LongComment: '/*' .*? '*/' -> skip;
// So that the parser names whatever is no token at all.
Strange: .;

fragment Octet: [0-9a-fA-F] [0-9a-fA-F];
fragment Letter: [a-zA-Z_];
fragment LetterOrDigit: [a-zA-Z_.0-9];
