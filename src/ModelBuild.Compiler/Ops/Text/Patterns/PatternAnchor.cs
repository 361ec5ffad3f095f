namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>What a pattern asks of the characters on both sides of a place.</summary>
internal enum PatternAnchor
{
    /// <summary>Nothing stands before it.</summary>
    Begin,

    /// <summary>Nothing stands behind it.</summary>
    End,

    /// <summary>One side is part of a word, the other not.</summary>
    Boundary,

    /// <summary>Both sides are part of a word, or none.</summary>
    NoBoundary,
}
