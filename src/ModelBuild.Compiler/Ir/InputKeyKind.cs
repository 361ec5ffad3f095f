namespace ModelBuild.Compiler.Ir;

/// <summary>What the keys of a map are.</summary>
public enum InputKeyKind
{
    /// <summary>Strings.</summary>
    Words,

    /// <summary>Integers.</summary>
    Numbers,

    /// <summary>The positions of the values themselves, from 0.</summary>
    Positions,
}
