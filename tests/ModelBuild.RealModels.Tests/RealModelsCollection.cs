namespace ModelBuild.RealModels.Tests;

/// <summary>All tests share the application.</summary>
[CollectionDefinition(Name)]
public sealed class RealModelsCollection : ICollectionFixture<RealModelsApp>
{
    public const string Name = "Real models";

    /// <summary>Names of all models.</summary>
    public static TheoryData<string> All => [.. RealModels.All.Select(m => m.Name)];

    /// <summary>Names of the models that are measured on labelled pictures.</summary>
    public static TheoryData<string> Measured => [.. RealModels.All.Where(m => m.Pictures != Pictures.None).Select(m => m.Name)];

    /// <summary>Names of the models with labels.</summary>
    public static TheoryData<string> Labelled => [.. RealModels.All.Where(m => m.Metadata.Contains("Labels=", StringComparison.Ordinal)).Select(m => m.Name)];
}
