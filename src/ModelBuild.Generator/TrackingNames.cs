namespace ModelBuild.Generator;

/// <summary>Names of the pipeline's steps, for the tests that assert caching.</summary>
internal static class TrackingNames
{
    public const string Files = nameof(Files);
    public const string Inputs = nameof(Inputs);
    public const string Predictors = nameof(Predictors);
    public const string ClassNames = nameof(ClassNames);
}
