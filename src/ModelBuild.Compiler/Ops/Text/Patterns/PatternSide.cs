namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>What stands on one side of a place in a text; the numbers are those of start states and of bits of <see cref="PatternTable.Accepts"/>.</summary>
internal enum PatternSide
{
    /// <summary>Nothing: the text begins or ends.</summary>
    Nothing,

    /// <summary>A letter, a digit or '_' of ASCII.</summary>
    Word,

    /// <summary>Another character.</summary>
    Other,
}
