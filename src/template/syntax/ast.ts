import type { Value } from '../../base/value.ts';

/** Every node knows the offset in the template's source at which an error about it should point. */
type At = { readonly at: number };

export type Call = At & {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: Arguments;
};

export type Arguments = {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
  /** `*list` */
  readonly rest?: Expression;
  /** `**dict` */
  readonly namedRest?: Expression;
};

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expression =
  | (At & { readonly kind: 'constant'; readonly value: Value })
  | (At & { readonly kind: 'name'; readonly name: string })
  | (At & { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] })
  | (At & { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] })
  | (At & { readonly kind: 'attribute'; readonly of: Expression; readonly name: string })
  | (At & { readonly kind: 'item'; readonly of: Expression; readonly key: Expression })
  | (At & {
      readonly kind: 'slice';
      readonly of: Expression;
      readonly start?: Expression;
      readonly stop?: Expression;
      readonly step?: Expression;
    })
  | Call
  | (At & { readonly kind: 'filter'; readonly of: Expression; readonly name: string; readonly args: Arguments })
  | (At & { readonly kind: 'test'; readonly of: Expression; readonly name: string; readonly args: Arguments })
  | (At & { readonly kind: 'not' | 'negative' | 'positive'; readonly of: Expression })
  | (At & { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression })
  | (At & {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (At & {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly (readonly [CompareOperator, Expression])[];
    })
  | (At & { readonly kind: 'concat'; readonly parts: readonly Expression[] })
  | (At & {
      readonly kind: 'condition';
      readonly test: Expression;
      readonly value: Expression;
      readonly otherwise?: Expression;
    });

/** What `for` and `set` may assign to. */
export type Target =
  | (At & { readonly kind: 'name'; readonly name: string })
  | (At & { readonly kind: 'tuple'; readonly items: readonly Target[] })
  | (At & { readonly kind: 'member'; readonly name: string; readonly member: string });

export type Parameter = { readonly name: string; readonly fallback?: Expression };

export type FilterStep = At & { readonly name: string; readonly args: Arguments };

export type MacroBody = {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
};

export type Statement =
  | (At & { readonly kind: 'data'; readonly text: string })
  | (At & { readonly kind: 'output'; readonly value: Expression })
  | (At & {
      readonly kind: 'if';
      readonly branches: readonly (readonly [Expression, readonly Statement[]])[];
      readonly otherwise: readonly Statement[];
    })
  | (At & {
      readonly kind: 'for';
      readonly target: Target;
      readonly items: Expression;
      readonly filter?: Expression;
      readonly recursive: boolean;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    })
  | (At & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | (At & {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly filters: readonly FilterStep[];
      readonly body: readonly Statement[];
    })
  | (At & { readonly kind: 'macro'; readonly macro: MacroBody })
  | (At & { readonly kind: 'call-block'; readonly call: Call; readonly caller: MacroBody })
  | (At & {
      readonly kind: 'filter-block';
      readonly filters: readonly FilterStep[];
      readonly body: readonly Statement[];
    })
  | (At & {
      readonly kind: 'with';
      readonly assignments: readonly (readonly [Target, Expression])[];
      readonly body: readonly Statement[];
    })
  | (At & {
      readonly kind: 'include';
      readonly template: Expression;
      readonly ignoreMissing: boolean;
      readonly withContext: boolean;
    })
  | (At & {
      readonly kind: 'import';
      readonly template: Expression;
      readonly target: string;
      readonly withContext: boolean;
    })
  | (At & {
      readonly kind: 'from-import';
      readonly template: Expression;
      readonly names: readonly (readonly [string, string])[];
      readonly withContext: boolean;
    })
  | (At & { readonly kind: 'extends'; readonly template: Expression })
  | (At & { readonly kind: 'block'; readonly name: string; readonly body: readonly Statement[] })
  | (At & { readonly kind: 'do'; readonly value: Expression })
  | (At & { readonly kind: 'break' | 'continue' });
